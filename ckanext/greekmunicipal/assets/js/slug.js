/* Live preview of a dataset's address: Greek by ELOT 743.
 *
 * CKAN turns Greek letters into Latin ones that look alike. Here the same rules
 * run as on the server (ckanext.greekmunicipal.greek); a test compares both.
 */
(function ($) {
  "use strict";

  var LETTERS = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th",
    "ι": "i", "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p",
    "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps",
    "ω": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th",
    "ł": "l", "ı": "i"
  };
  var LOOK_ALIKES = {
    "A": "Α", "B": "Β", "E": "Ε", "Z": "Ζ", "H": "Η", "I": "Ι", "K": "Κ", "M": "Μ",
    "N": "Ν", "O": "Ο", "P": "Ρ", "T": "Τ", "Y": "Υ", "X": "Χ",
    "a": "α", "e": "ε", "i": "ι", "k": "κ", "n": "η", "o": "ο", "p": "ρ", "t": "τ",
    "u": "υ", "v": "ν", "w": "ω", "x": "χ", "y": "γ",
    "Á": "Ά", "É": "Έ", "Í": "Ί", "Ó": "Ό", "Ý": "Ύ",
    "á": "ά", "é": "έ", "í": "ί", "ó": "ό", "ú": "ύ", "ï": "ϊ", "ü": "ϋ"
  };
  var GREEK = "\\u0370-\\u0373\\u0376\\u0377\\u037b-\\u037d\\u0386\\u0388-\\u03ff\\u1f00-\\u1fff";
  var LATIN = "A-Za-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u024f";
  var MIXED_WORD = new RegExp("[" + LATIN + GREEK + "]+", "g");
  var HAS_GREEK = new RegExp("[" + GREEK + "]");
  var LATIN_RUN = new RegExp("[" + LATIN + "]+", "g");
  var SIGNS = {"\u00b5": "μ", "\u2206": "Δ", "\u2211": "Σ", "\u220f": "Π"};
  var ACCENT = "\u0301";
  var DIALYTIKA = "\u0308";

  function greekRun(run) {
    var letters = Array.from(run);
    var alike = letters.every(function (letter) { return LOOK_ALIKES[letter]; });
    return alike ? letters.map(function (letter) { return LOOK_ALIKES[letter]; }).join("") : run;
  }

  function toGreek(text) {
    text = text.normalize("NFC").replace(/[\u0384\u00b4\u1fbd\u1ffd]([ΑΕΗΙΟΥΩ])/g, function (all, letter) {
      return (letter + ACCENT).normalize("NFC");
    });
    text = text.replace(new RegExp("([" + GREEK + "])([\u00b5\u2206\u2211\u220f])", "g"), function (all, before, sign) {
      return before + SIGNS[sign];
    }).replace(new RegExp("([\u00b5\u2206\u2211\u220f])(?=[" + GREEK + "])", "g"), function (all, sign) {
      return SIGNS[sign];
    });
    return text.replace(MIXED_WORD, function (word) {
      return HAS_GREEK.test(word) ? word.replace(LATIN_RUN, greekRun) : word;
    });
  }

  /* Polytonic letters with the one accent that transcription needs. */
  function monotonic(text) {
    return text.replace(/[\u1f00-\u1fff]/g, function (letter) {
      var parts = Array.from(letter.normalize("NFD"));
      var marks = parts.slice(1).map(function (mark) {
        if (mark === ACCENT || mark === "\u0300" || mark === "\u0342") { return ACCENT; }
        return mark === DIALYTIKA ? DIALYTIKA : "";
      });
      return (parts[0] + marks.join("")).normalize("NFC");
    });
  }

  function transliterate(text) {
    text = monotonic(toGreek(text)).toLowerCase()
      .replace(/([αεη])[υύ](?=[αάεέηήιίϊΐοόυύϋΰωώβγδζλμνρ])/g, "$1v")
      .replace(/([αεη])[υύ]/g, "$1f")
      .replace(/ο[υύ]/g, "ou")
      .replace(/γ(?=[γξχ])/g, "n")
      .replace(/(^|[^\p{L}])μπ/gu, "$1b")
      .replace(/μπ(?!\p{L})/gu, "b");
    return Array.from(text).map(function (letter) {
      var base = letter.normalize("NFD").charAt(0);
      return LETTERS[letter] || LETTERS[base] || letter;
    }).join("").normalize("NFKD").replace(/\p{Mn}/gu, "");
  }

  /* Room for a number behind a name that is taken, in the 100 letters of a CKAN name. */
  var LONGEST = 95;

  function cut(name) {
    if (name.length <= LONGEST) { return name; }
    var at = name.lastIndexOf("-", LONGEST - 1);
    return name.slice(0, at > 0 ? at : LONGEST);
  }

  function codePoints(text) {
    return Array.from(text).filter(function (letter) { return /[\p{L}\p{N}]/u.test(letter); })
      .map(function (letter) {
        return "u" + letter.codePointAt(0).toString(16).padStart(4, "0");
      }).join("-");
  }

  function slug(text, trim) {
    var latin = transliterate(text || "");
    if (trim === false) {
      return latin.replace(/[^a-z0-9]/g, "-");
    }
    var name = latin.replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || codePoints(text || "");
    return name.length === 1 ? "dataset-" + name : cut(name);
  }

  $.url.slugify = slug;
})(this.jQuery);
