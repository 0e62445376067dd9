// Keys that work wherever no text is typed. They can be switched off in the help.

import { send } from "./connection.js";
import { $ } from "./dom.js";
import { chooseCandidate, setSpeaker, speakAgain, toggleOrder, visitUncertain } from "./line.js";
import { toggle } from "./player.js";
import { currentId, recall, remember, state } from "./state.js";
import { neighbour, openChapter, select } from "./text.js";

const FIELDS = "input:not([type=checkbox]):not([type=radio]), select, textarea, audio, [role=combobox]";

function moveLine(step) {
  const next = neighbour(currentId(), step);
  if (next) select(next, { focus: true, scroll: true });
}

function moveChapter(step) {
  const numbers = state.book.chapters.map((chapter) => chapter.number);
  const next = numbers[numbers.indexOf(state.chapter.number) + step];
  if (next !== undefined) openChapter(next, { focus: true });
}

export function startKeyboard(openTab) {
  const keys = {
    " ": toggle,
    j: () => visitUncertain(1),
    k: () => visitUncertain(-1),
    1: () => chooseCandidate(1),
    2: () => chooseCandidate(2),
    3: () => chooseCandidate(3),
    n: () => setSpeaker("narrator"),
    s: () => { openTab("line"); $("speaker-search")?.focus(); },
    a: () => speakAgain(),
    u: () => send("undo"),
    o: toggleOrder,
    ArrowDown: () => moveLine(1),
    ArrowUp: () => moveLine(-1),
    "[": () => moveChapter(-1),
    "]": () => moveChapter(1),
    l: () => openTab("line", true),
    c: () => openTab("cast", true),
    w: () => openTab("words", true),
    p: () => openTab("book", true),
    b: () => openTab("build", true),
    "?": () => $("help").showModal(),
    Escape: () => $("text").querySelector(".line[tabindex='0']")?.focus(),
  };
  const box = $("use-keys");
  box.checked = recall("keys", true);
  box.addEventListener("change", () => remember("keys", box.checked));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const action = Object.hasOwn(keys, event.key) ? keys[event.key] : null;
    if (!action || $("help").open || $("work").hidden || state.book?.is_preliminary) return;
    if (!box.checked && event.key !== "?" && event.key !== "Escape") return;
    if (event.target.closest(FIELDS) && event.key !== "Escape") return;
    // these keys belong to buttons, tabs and other controls that have the focus
    const isControl = event.target.closest("button, a, summary, label, input, [role=tab]");
    if (isControl && event.key === " ") return;
    if (event.target.closest("[role=tabpanel]") && event.key.startsWith("Arrow")) return;
    event.preventDefault();
    action();
  });
}
