// The slider of days: any day, or one, and playing through them.

const TICK_MS = 250;
const TICKS = 120; // from the first day to the last

/** Ties the controls in `box` to the day of `shown`. */
export function keepTime(box, shown, { words, format }) {
  const slider = box.querySelector("[data-day]");
  const oneDay = box.querySelector("[data-one-day]");
  const dayWords = box.querySelector("[data-day-words]");
  const play = box.querySelector("[data-play]");
  const last = Number(slider.max);
  let timer = null;

  const show = () => {
    const day = shown.day;
    oneDay.checked = day !== null;
    if (day !== null) slider.value = day;
    const text = day === null ? words.any_day : format.day(day);
    dayWords.textContent = text;
    slider.setAttribute("aria-valuetext", text);
    play.textContent = timer === null ? words.play : words.pause;
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    show();
  };
  const step = () => {
    const next = (shown.day ?? 0) + Math.max(1, Math.round(last / TICKS));
    shown.set({ day: Math.min(last, next) });
    if (shown.day >= last) stop();
  };
  const start = () => {
    if (shown.day === null || shown.day >= last) shown.set({ day: 0 });
    timer = setInterval(step, TICK_MS);
    show();
  };

  play.addEventListener("click", () => (timer === null ? start() : stop()));
  slider.addEventListener("input", () => shown.set({ day: Number(slider.value) }));
  oneDay.addEventListener("change", () => {
    const day = oneDay.checked ? Number(slider.value) : null;
    stop();
    shown.set({ day });
  });
  shown.onChange(show);
  show();
}
