/// The words of a text, as far as abbreviations are looked for in them.
enum AbbreviationWords {
    struct Word {
        /// Without a plural's ending, where the word has the form of an abbreviation.
        var abbreviation: String?
        var isNumber = false
        var isClockTime = false
        /// Nothing but white space stands between it and the word before.
        var isBesideLast = false
        var isShouted = false
        /// Two letters or more, and all of them capitals; or of which there are small ones.
        fileprivate var isCapital = false
        fileprivate var isSmall = false
        /// Capitals, but a word that people stress, or too long for an abbreviation.
        fileprivate var isPlain = false
    }

    static func split(_ text: String) -> [Word] {
        var words: [Word] = []
        var sentence = 0
        var isBeside = false
        for line in withoutMarkup(text).split(omittingEmptySubsequences: true, whereSeparator: \.isLineEnd) {
            for chunk in line.split(whereSeparator: { $0.properties.isWhitespace }) {
                let core = chunk.trimmed
                let opens = core.startIndex > chunk.startIndex
                for (place, part) in parts(of: core).enumerated() {
                    var word = word(part)
                    word.isBesideLast = place > 0 || isBeside && !opens
                    words.append(word)
                }
                isBeside = core.endIndex == chunk.endIndex
                if chunk.last.map({ ".!?".unicodeScalars.contains($0) }) ?? false { markShouting(&words, from: &sentence) }
            }
            markShouting(&words, from: &sentence)
            isBeside = false
        }
        return words
    }

    /// A sentence of capitals, three at least; or more than half of it, or four in a row, where one is a plain word:
    /// `SLA, KPI and RCA` is no shouting.
    private static func markShouting(_ words: inout [Word], from start: inout Int) {
        let range = start..<words.count
        start = words.count
        let capitals = range.filter { words[$0].isCapital }.count
        let small = range.filter { words[$0].isSmall }.count
        let plain = Set(range.filter { words[$0].isPlain })
        if capitals >= 3, small == 0 || capitals > small && !plain.isEmpty {
            for index in range { words[index].isShouted = true }
            return
        }
        var run: [Int] = []
        for index in range {
            if words[index].isCapital { run.append(index) }
            if !words[index].isCapital || index == range.upperBound - 1 {
                if run.count >= 4, !plain.isDisjoint(with: run) { for index in run { words[index].isShouted = true } }
                run = []
            }
        }
    }

    // MARK: Words

    private static func word(_ part: ArraySlice<Unicode.Scalar>) -> Word {
        var word = Word()
        word.isNumber =
            part.contains(where: \.isASCIIDigit) && part.allSatisfy { $0.isASCIIDigit || ".,'-:".unicodeScalars.contains($0) }
        word.isClockTime = part.count > 3 && part.contains(":") && part.allSatisfy { $0.isASCIIDigit || $0 == ":" }
        let letters = part.filter(\.properties.isAlphabetic)
        word.isCapital = letters.count > 1 && letters.allSatisfy(\.properties.isUppercase) && letters.count == part.count
        word.isPlain = word.isCapital && (letters.count > 6 || Abbreviations.stressed.contains(string(Array(part))))
        word.isSmall = letters.contains(where: \.properties.isLowercase) && singular(string(Array(part))) == nil
        word.abbreviation = singular(string(Array(part)))
        return word
    }

    /// The abbreviation that a word is, without its plural's `s`; nil where it is none.
    static func singular(_ word: String) -> String? {
        var scalars = Array(word.unicodeScalars)
        if scalars.last == "s", scalars.count > 2 {
            scalars.removeLast()
            if scalars.last == "'" || scalars.last == "’" { scalars.removeLast() }
        }
        guard (2...6).contains(scalars.count), let first = scalars.first, first.properties.isUppercase else { return nil }
        let digits = scalars.filter(\.isASCIIDigit).count
        guard digits <= 2, scalars.allSatisfy({ $0.properties.isUppercase || $0.isASCIIDigit }) else { return nil }
        guard !isRoman(scalars) else { return nil }
        return string(scalars)
    }

    private static func isRoman(_ scalars: [Unicode.Scalar]) -> Bool {
        ["II", "III", "IV", "VI", "VII", "VIII", "IX", "XI", "XII", "XIII", "XIV", "XV", "XX"].contains(string(scalars))
    }

    static func string(_ scalars: [Unicode.Scalar]) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// A chunk between spaces is one word, several between hyphens and slashes, or none where it is a code.
    private static func parts(of chunk: ArraySlice<Unicode.Scalar>) -> [ArraySlice<Unicode.Scalar>] {
        let joints = chunk.filter { !$0.properties.isAlphabetic && !$0.isASCIIDigit && $0 != "'" && $0 != "’" }
        guard !joints.isEmpty else { return [chunk] }
        let isSoft = joints.allSatisfy { "-–—/+&,;:()".unicodeScalars.contains($0) }
        // A code or a number: one word that is no abbreviation.
        guard isSoft, !chunk.contains(where: \.isASCIIDigit) else { return chunk.contains(where: \.isASCIIDigit) ? [chunk] : [] }
        return chunk.split { "-–—/+&,;:()".unicodeScalars.contains($0) }
    }

    // MARK: Markup

    /// Tags and entities become spaces.
    private static func withoutMarkup(_ text: String) -> [Unicode.Scalar] {
        var result = Array(text.unicodeScalars)
        var index = 0
        while index < result.count {
            let next = index + 1 < result.count ? result[index + 1] : " "
            var end: Int?
            if result[index] == "<", next.properties.isAlphabetic || next == "/" || next == "!" {
                end = result[index...].prefix(300).firstIndex(of: ">")
            } else if result[index] == "&", next.properties.isAlphabetic || next == "#" {
                end = result[index...].prefix(12).firstIndex(of: ";")
            }
            guard let end else {
                index += 1
                continue
            }
            for place in index...end { result[place] = " " }
            index = end + 1
        }
        return result
    }
}

extension Unicode.Scalar {
    var isASCIIDigit: Bool { ("0"..."9").contains(self) }

    fileprivate var isLineEnd: Bool { self == "\n" || self == "\r" || self == "\u{2028}" || self == "\u{2029}" }
}

extension ArraySlice<Unicode.Scalar> {
    /// Without punctuation at both ends.
    fileprivate var trimmed: ArraySlice<Unicode.Scalar> {
        let isWord: (Unicode.Scalar) -> Bool = { $0.properties.isAlphabetic || $0.isASCIIDigit }
        guard let first = firstIndex(where: isWord), let last = lastIndex(where: isWord) else { return self[endIndex...] }
        return self[first...last]
    }
}
