// The words of the page. The English phrase is the key of its translation, so a phrase that a
// language lacks stays English.

let translations = {};

export function setTranslations(phrases) { translations = phrases; }

// Return a phrase in the language of the page; names in braces are replaced by values.
export function t(phrase, values = {}) {
  const translated = translations[phrase] ?? phrase;
  return translated.replace(/\{(\w+)\}/g, (placeholder, name) => values[name] ?? placeholder);
}

// Return a phrase with a number, which has a form for one and a form for more.
export const count = (number, one, more) => t(number === 1 ? one : more, { count: number });
