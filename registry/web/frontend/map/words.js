// The texts of the page come with the page, in its language; numbers are written as that language writes them.

/** Reads the texts that a frame brings in `data-words`. */
export function wordsOf(frame) {
  return JSON.parse(frame.dataset.words);
}

/** A text with its {names} filled in. */
export function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

/** Numbers, lengths and positions in words. */
export function formats(words, language = document.documentElement.lang || "en") {
  const signed = (text) => text.replace("-", "−");
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const short = new Intl.NumberFormat(language, { maximumFractionDigits: 3 });
  const degree = new Intl.NumberFormat(language, { minimumFractionDigits: 5, maximumFractionDigits: 5 });
  const coarse = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const length = (metres) =>
    metres >= 1000
      ? filled(words.kilometres, { number: short.format(metres / 1000) })
      : filled(words.metres, { number: short.format(metres) });
  return {
    whole: (number) => whole.format(number),
    length,
    scale: (metres, latDeg) => filled(words.scale, { length: length(metres), latitude: signed(coarse.format(latDeg)) }),
    metres: ([x, y]) => filled(words.position_metres, { x: signed(whole.format(x)), y: signed(whole.format(y)) }),
    degrees: ([latDeg, lonDeg]) =>
      filled(words.position_degrees, { latitude: signed(degree.format(latDeg)), longitude: signed(degree.format(lonDeg)) }),
  };
}
