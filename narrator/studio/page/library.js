// Which book to open: recent ones, or a file that is dropped.

import { get, send, upload } from "./connection.js";
import { $, el } from "./dom.js";
import { t } from "./phrases.js";

export async function showLibrary(view = null, isForced = false) {
  const library = view ?? (await get("/api/library"));
  const section = $("library");
  const isShown = isForced || !["ready", "readable"].includes(library.state);
  section.hidden = !isShown;
  $("work").hidden = isShown;
  if (!isShown) return library;
  const file = el("input", { id: "file", type: "file" });
  file.addEventListener("change", () => { if (file.files[0]) take(file.files[0]); });
  section.replaceChildren(
    el("h2", { id: "library-title" }, library.state === "reading" ? t("Reading the book…") : t("Open a book")),
    library.problem ? el("p", { className: "warning", role: "alert", lang: "en" }, [library.problem.message, library.problem.hint].filter(Boolean).join(": ")) : null,
    library.state === "reading" ? el("progress", { "aria-label": t("Reading the book…") }) : null,
    library.state === "reading" ? el("p", {}, t("A long novel takes some seconds the first time.")) : null,
    el("ul", { className: "books" }, ...library.books.map((book) => el("li", {},
      el("button", { type: "button", onclick: () => send("open_book", { number: book.number }) }, book.title),
      el("small", {}, ` ${book.folder}`)))),
    el("p", { className: "drop" }, el("label", { for: "file" }, `${t("Drop a book here, or choose a file:")} `), file),
    library.current ? el("button", { type: "button", onclick: () => showLibrary(null, false) }, t("Back to {title}", { title: library.current })) : null,
  );
  return library;
}

async function take(file) {
  const result = await upload(`/api/books?name=${encodeURIComponent(file.name)}`, file);
  if (result) $("library").prepend(el("p", { lang: "en" }, result.message));
}

export function startLibrary() {
  $("open-library").addEventListener("click", () => showLibrary(null, true));
  const isFile = (event) => [...event.dataTransfer.types].includes("Files");
  document.addEventListener("dragover", (event) => { if (isFile(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!isFile(event)) return;
    event.preventDefault();
    take(event.dataTransfer.files[0]);
  });
}
