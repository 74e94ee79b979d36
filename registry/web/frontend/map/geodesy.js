// Lunar geodesy on the reference sphere, in metres of the map CRS IAU_2015:30135; the same formulas as solver/geometry.py,
// which is the one that decides.

export const MOON_RADIUS_M = 1737400;
export const AREA_LIMIT_DEG = -80;
const DIAMETER_M = 2 * MOON_RADIUS_M;
const radians = (degrees) => (degrees * Math.PI) / 180;
const degrees = (radian) => (radian * 180) / Math.PI;

/** Distance from the pole on the map, in map metres, of a latitude. */
export function mapRadius(latDeg) {
  return DIAMETER_M * Math.tan(radians(90 + latDeg) / 2);
}

/** Map metres [x, y] of a place; longitudes east-positive. */
export function toMap(latDeg, lonDeg) {
  const rho = mapRadius(latDeg);
  return [rho * Math.sin(radians(lonDeg)), rho * Math.cos(radians(lonDeg))];
}

/** [latitude, longitude] in degrees of a map point; longitude east-positive in [-180, 180), 0 at the pole. */
export function toGeographic([x, y]) {
  const lonDeg = degrees(Math.atan2(x, y));
  return [degrees(2 * Math.atan(Math.hypot(x, y) / DIAMETER_M)) - 90, lonDeg >= 180 ? -180 : lonDeg];
}

/** Map metres per ground metre at a map point: k = 1 + (rho / 2R)^2, never less than 1. */
export function scaleAt([x, y]) {
  return 1 + (x * x + y * y) / (DIAMETER_M * DIAMETER_M);
}

/** Great-circle distance in ground metres of two map points. */
export function groundDistance(p, q) {
  const halfChord = Math.hypot(p[0] - q[0], p[1] - q[1]) / DIAMETER_M;
  return DIAMETER_M * Math.asin(Math.min(1, halfChord / Math.sqrt(scaleAt(p) * scaleAt(q))));
}

/** The map point and the ground metres around it whose circle is this one on the map. */
export function circleOnGround([x, y], mapRadiusM) {
  const middle = Math.hypot(x, y);
  const [far, near] = [1, -1].map((sign) => 2 * Math.atan((middle + sign * mapRadiusM) / DIAMETER_M));
  const rho = DIAMETER_M * Math.tan((far + near) / 4);
  return { point: middle === 0 ? [0, rho] : [(x / middle) * rho, (y / middle) * rho], groundM: (MOON_RADIUS_M * (far - near)) / 2 };
}

/** Centre and radius on the map of the circle of all points `groundM` from a map point: circles stay circles. */
export function circleOnMap([x, y], groundM) {
  const rho = Math.hypot(x, y);
  const colatitude = 2 * Math.atan(rho / DIAMETER_M);
  const angle = groundM / MOON_RADIUS_M;
  const far = DIAMETER_M * Math.tan((colatitude + angle) / 2);
  const near = DIAMETER_M * Math.tan((colatitude - angle) / 2);
  const middle = (far + near) / 2;
  const centre = rho === 0 ? [0, middle] : [(x / rho) * middle, (y / rho) * middle];
  return { centre, radius: (far - near) / 2 };
}
