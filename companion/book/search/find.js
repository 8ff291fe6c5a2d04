/* Finds in this book what somebody types. The library MiniSearch weighs words; this says what the words of a query are,
   which of the book's kinds of things people mean, and what a hit shows. No page is needed: tests run it in Node. */
var BookSearch = (() => {
  "use strict";

  const WORD = /\d+(?:\.\d+)*|\p{L}[\p{L}\p{N}]*/gu;
  const NUMBER = /^\d/;
  const LONG = 8;                       // letters from which two may be wrong
  const SOME = 5;                       // letters from which one may be wrong, and hits below which a search is loosened
  const QUOTED = 190;                   // letters of a quotation
  const WEIGHTS = { page: 1.3, section: 1, exercises: 0.5, term: 1.5, figure: 0.8, table: 0.8, file: 1, function: 0.08, work: 0.35, number: 0.15 };
  const SAME_NAME = { term: 12, number: 1.5 };
  const SAME = 3;                       // what the other kinds gain by being called just what is asked for
  const BEGINS = 1.6;                   // ... and by a name that begins with it,
  const QUOTES = 15;                    // which with three words or more is no chance
  const FIELDS = { title: 4, within: 1.2, text: 1, words: 0.35 };

  let kinds, pages, idle, synonyms, things, index, made;

  // As a query and the book are compared: small letters, no accents, "0,156" and ".156" as "0.156", "1,451" as "1451".
  function plain(text) {
    return text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/(?<=\p{L})['’]s(?!\p{L})/gu, "")
      .replace(/\d[\d.,]*\d|(?<![\p{L}\p{N}])[.,]\d+/gu, number =>
        /^[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(number) ? number.replaceAll(",", "")
          : number.replaceAll(",", ".").replace(/^\./, "0."));
  }

  // The words of a text as they are compared; an s at the end of one does not count, so that a plural finds its singular.
  const wordsOf = text => (plain(text).match(WORD) ?? []).map(word => word.replace(/(?<=[\p{L}\p{N}]{3})s$/u, ""));
  const name = words => words.join(" ");

  // The book comes by column, which is lighter on the way.
  const rowsOf = columns => (columns[0] ?? []).map((_, row) => columns.map(column => column[row]));

  function know(book) {
    kinds = book.kinds;
    pages = book.pages;
    idle = new Set(wordsOf(book.idle));
    synonyms = book.synonyms.flatMap(([said, ...typed]) => typed.map(words => [wordsOf(words), wordsOf(said)]));
    things = rowsOf(book.entries).map(([kind, page, anchor, title, within, text, words]) =>
      ({ kind: kinds[kind][0], page, anchor, title, within, text, words }));
    const page = pages.findIndex(([address]) => address === book.rows);
    for (const [anchor, what, printed, interval] of page < 0 ? [] : rowsOf(book.numbers)) {
      things.push({ kind: "number", page, anchor, title: what, within: "", text: [printed, interval].join(" ").trim(), words: "" });
    }
    made = null;
  }

  // A few things at a time, so that a slow phone goes on answering meanwhile.
  async function make() {
    index = new MiniSearch({
      fields: Object.keys(FIELDS),
      tokenize: wordsOf,
      processTerm: word => word,
      extractField: (thing, field) => field === "within" ? [chapter(thing), thing.within, label(thing)].join(" ") : thing[field],
      searchOptions: { boost: FIELDS },
    });
    await index.addAllAsync(things.map((thing, id) => ({ ...thing, id })), { chunkSize: 150 });
  }

  const label = thing => kinds.find(([kind]) => kind === thing.kind)[1];
  const chapter = thing => thing.kind === "page" ? "" : pages[thing.page]?.[2] ?? "";

  // The ways in which a query can be put: as typed, and with the book's own words for some of its words.
  function ways(words) {
    const telling = words.filter(word => !idle.has(word));
    const typed = telling.length ? telling : words;
    const found = [typed];
    for (const [said, own] of synonyms) {
      const at = places(words, said);
      if (at < 0) continue;
      const whole = [...words.slice(0, at), ...own, ...words.slice(at + said.length)];
      found.push(whole.filter(word => own.includes(word) || !idle.has(word)));
    }
    if (words.some(word => /^0\.\d{4,}$/.test(word))) {           // more decimals than the book prints
      found.push(typed.map(word => /^\d+\.\d{4,}$/.test(word) ? Number(word).toFixed(3) : word));
    }
    return found;
  }

  function places(words, part) {
    return words.findIndex((_, at) => part.every((word, next) => words[at + next] === word));
  }

  function search(asked, combineWith, fuzzy) {
    const numeric = asked.some(words => words.some(word => NUMBER.test(word)));
    return index.search({ combineWith: "OR", queries: asked.map(words => ({ combineWith, queries: [words.join(" ")] })) }, {
      prefix: word => NUMBER.test(word) ? word.includes(".") : word.length > 2,
      fuzzy: word => !fuzzy || NUMBER.test(word) || word.length < SOME ? false : word.length < LONG ? 1 : 2,
      weights: { prefix: 0.5, fuzzy: 0.3 },
      boostDocument: id => WEIGHTS[things[id].kind] * (numeric && things[id].kind === "number" ? 16 : 1),
    });
  }

  function ranked(hits, names) {
    for (const hit of hits) {
      const thing = things[hit.id];
      const called = thing.kind === "term" ? thing.title.split(", ") : [thing.kind === "number" ? thing.text.split(" ")[0] : thing.title];
      const own = called.map(words => name(wordsOf(words)));
      if (own.some(words => names.includes(words))) hit.score *= SAME_NAME[thing.kind] ?? SAME;
      else {
        const begun = names.filter(asked => own.some(words => words.startsWith(asked)));
        if (begun.length) hit.score *= begun.some(asked => asked.split(" ").length > 2) ? QUOTES : BEGINS;
      }
    }
    return hits.sort((one, other) => other.score - one.score);
  }

  // Hits with all words come first; only where there are few, words with a slip in them and hits with some words follow.
  async function find(query, limit = 20) {
    const words = wordsOf(query);
    if (!words.length) return [];
    await (made ??= make());
    const asked = ways(words), names = [words, ...asked].map(name), found = new Map();
    for (const [combineWith, fuzzy] of [["AND", false], ["AND", true], ["OR", true]]) {
      if (found.size >= SOME) break;
      for (const hit of ranked(search(asked, combineWith, fuzzy), names)) {
        const same = things[hit.id].kind === "file" ? things[hit.id].title : hit.id;    // offered on several pages
        if (!found.has(same)) found.set(same, hit);
      }
    }
    return [...found.values()].slice(0, limit).map(shown);
  }

  function shown(hit) {
    const thing = things[hit.id], [address, part, title] = pages[thing.page], marked = new Set(hit.terms);
    const within = [part, ...(thing.kind === "page" ? [] : [title]), ...(thing.within ? [thing.within] : [])];
    return {
      kind: thing.kind,
      label: label(thing),
      href: thing.anchor ? `${address}#${thing.anchor}` : address,
      title: marks(thing.title, marked),
      trail: within.filter(Boolean).join(" › "),
      text: marks(thing.kind === "term" ? thing.text : quotation(thing.text, marked), marked),
    };
  }

  // The sentence that has most of the words, with what follows it as far as there is room.
  function quotation(text, marked) {
    const sentences = text.split(/(?<=[.?!])\s+/);
    const counts = sentences.map(sentence => new Set(wordsOf(sentence).filter(word => marked.has(word))).size);
    let first = counts.indexOf(Math.max(...counts)), quoted = sentences[first];
    while (sentences[first + 1] && quoted.length + sentences[first + 1].length < QUOTED) quoted += ` ${sentences[++first]}`;
    if (quoted.length <= QUOTED * 1.3) return quoted;
    const at = Math.max(0, quoted.split(" ").findIndex(word => wordsOf(word).some(part => marked.has(part))) - 8);
    const cut = quoted.split(" ").slice(at).join(" ");
    return (at ? "… " : "") + (cut.length > QUOTED * 1.3 ? `${cut.slice(0, QUOTED).replace(/\s\S*$/, "")} …` : cut);
  }

  // Pairs of some words and whether a query asked for them: whole words, never letters inside one.
  function marks(text, marked) {
    const found = [];
    for (const part of text.split(/(\d[\d.,]*\d|[.,]?\d+|\p{L}[\p{L}\p{N}]*)/u)) {
      if (!part) continue;
      const is = wordsOf(part).some(word => marked.has(word));
      if (found.length && found.at(-1)[1] === is) found.at(-1)[0] += part;
      else found.push([part, is]);
    }
    return found;
  }

  return { know, find };
})();
