"""A person who has a keyboard and nothing else: tabs, types, chooses with arrows, presses; and has to see the focus."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

# Radios and check boxes show the focus on the box that is drawn for them.
FOCUS = """() => {
    const e = document.activeElement, drawn = e.matches('[type=radio],[type=checkbox]') && e.nextElementSibling;
    const looks = drawn ? getComputedStyle(drawn, '::before') : getComputedStyle(e);
    return {
        kind: e.type || e.tagName.toLowerCase(), name: e.name || '', value: e.value ?? '', checked: !!e.checked,
        text: (e.innerText || '').replace(/\\s+/g, ' ').trim(), href: e.getAttribute('href') || '',
        shut: e.matches('summary') && !e.parentElement.open,
        seen: looks.outlineStyle !== 'none' || looks.boxShadow !== 'none' || e === document.body,
    };
}"""
MOST_KEYS = 600


@dataclass
class Keyboard:
    """What was focused without being seen is kept in `unseen`."""

    page: Page
    unseen: list[str] = field(default_factory=list)

    def press(self, text: str) -> None:
        """Tab to the button or link that says `text`, press it, and wait for the next page."""
        self._until(lambda at: at["text"] == text or at["text"].startswith(f"{text}:"), text)
        self._enter()

    def follow(self, ending: str) -> None:
        """Tab to the link whose address ends so, and follow it."""
        self._until(lambda at: at["href"].endswith(ending), ending)
        self._enter()

    def fill(self, values: Mapping[str, str], button: str) -> None:
        """Give each field its value on the way to a button, opening what is shut, and press that."""
        left = dict(values)

        def at_the_button(at: dict[str, Any]) -> bool:
            if at["shut"]:
                self.page.keyboard.press("Space")
            if at["name"] in left:
                self._give(at, left.pop(at["name"]))
            return bool(at["text"] == button)

        self._until(at_the_button, button)
        assert left == {}, f"the keyboard does not reach {', '.join(left)}"
        self._enter()

    def _give(self, at: dict[str, Any], value: str) -> None:
        keys = self.page.keyboard
        if at["kind"] in ("radio", "select-one"):
            self._choose(at["kind"], value)
        elif at["kind"] == "checkbox":
            keys.press("Space")
        else:
            keys.press("Control+a")
            keys.type(value)

    def _choose(self, kind: str, value: str) -> None:
        key = "ArrowDown"
        if kind == "radio":
            self.page.keyboard.press("Space")
        else:
            self.page.keyboard.press("Home")
        for _ in range(80):
            if self._focus()["value"] == value:
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"the arrows do not reach {value!r}")

    def _until(self, found: Callable[[dict[str, Any]], bool], what: str) -> None:
        for _ in range(MOST_KEYS):
            self.page.keyboard.press("Tab")
            at = self._focus()
            if not at["seen"]:
                self.unseen.append(f"{self.page.url}: {at}")
            if found(at):
                return
        raise AssertionError(f"the keyboard does not reach {what!r} on {self.page.url}")

    def _focus(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(FOCUS)
        return found

    def _enter(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.page.wait_for_load_state("load")
