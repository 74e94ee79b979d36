// The page of a run while it runs: the server sends the parts that change, drawn by itself, and they take the place of the
// old ones. Without this script, "Show the present state" does the same.
function replace(markup) {
  const sent = document.createElement("template");
  sent.innerHTML = markup;
  for (const part of sent.content.querySelectorAll("[data-live]")) {
    const old = document.getElementById(part.id);
    if (old && old.innerHTML !== part.innerHTML && !old.contains(document.activeElement)) old.innerHTML = part.innerHTML;
  }
}

export function followRun() {
  const shown = document.querySelector("[data-run-events]");
  if (!shown || !window.EventSource) return;
  document.querySelector("[data-run-refresh]")?.setAttribute("hidden", "");
  const source = new EventSource(shown.dataset.runEvents);
  source.addEventListener("part", (event) => replace(event.data));
  source.addEventListener("end", () => {
    source.close();
    document.querySelector("[data-run-acts]")?.setAttribute("hidden", "");
  });
}
