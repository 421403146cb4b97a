extension SourceText {
    /// Where the byte at `offset` of a scalar's decoded text stands in the file. The scalar begins at `mark`: its first
    /// quote, its `|` or `>`, its first letter, or the anchor or tag before that. The written form is decoded once more as
    /// YAML does it, a place beside each letter; where that should part from the text, the last place both agreed on is the
    /// answer.
    func position(inScalarAt mark: (line: Int, column: Int), style: YAMLNode.Style, text: String, offset: Int) -> Position {
        var decoder = ScalarDecoder(self, line: mark.line, column: mark.column)
        decoder.decode(style, atMost: text.unicodeScalars.count)
        var bytes = 0
        var place = decoder.beginning
        for (scalar, written) in zip(text.unicodeScalars, decoder.decoded) {
            guard scalar == written.scalar else { break }
            place = (written.line, written.column)
            bytes += scalar.utf8Width
            if bytes > offset { return Position(file: file, line: place.line, column: place.column) }
            place = written.end
        }
        return Position(file: file, line: place.line, column: place.column)
    }

    /// The end of a plain scalar that is written on one line exactly as its text; nil for any other.
    func endOfPlainScalar(at mark: (line: Int, column: Int), text: String) -> Int? {
        guard lines.indices.contains(mark.line - 1) else { return nil }
        let rest = lines[mark.line - 1].unicodeScalars.dropFirst(mark.column - 1)
        return rest.starts(with: text.unicodeScalars) ? mark.column + text.unicodeScalars.count : nil
    }
}

/// Decodes the written form of one scalar, line folding and escapes included, and notes where each letter stands.
struct ScalarDecoder {
    struct Written {
        let scalar: Unicode.Scalar
        let line: Int
        let column: Int
        /// Behind the letter, or behind the escape that stands for it.
        let end: (line: Int, column: Int)
    }

    private(set) var decoded: [Written] = []
    /// Where the text begins, its quote or header left behind.
    private(set) var beginning: (line: Int, column: Int)
    private let source: SourceText
    private var line: Int
    private var column: Int
    /// The letters of the line at hand.
    private var letters: [Unicode.Scalar] = []
    private var most = 0

    init(_ source: SourceText, line: Int, column: Int) {
        self.source = source
        self.line = line
        self.column = column
        beginning = (line, column)
        letters = Self.letters(of: line, source)
    }

    mutating func decode(_ style: YAMLNode.Style, atMost count: Int) {
        most = count
        skipProperties()
        switch style {
        case .singleQuoted, .doubleQuoted:
            column += 1
            beginning = (line, column)
            decodeFlow(style)
        case .plain, .other:
            beginning = (line, column)
            decodeFlow(style)
        case .literal, .folded: decodeBlock(isFolded: style == .folded)
        }
    }

    // MARK: The cursor

    private static func letters(of line: Int, _ source: SourceText) -> [Unicode.Scalar] {
        source.lines.indices.contains(line - 1) ? Array(source.lines[line - 1].unicodeScalars) : []
    }

    private var current: Unicode.Scalar? { column <= letters.count && column >= 1 ? letters[column - 1] : nil }

    private func letter(after distance: Int) -> Unicode.Scalar? {
        column + distance <= letters.count ? letters[column + distance - 1] : nil
    }

    private mutating func toNextLine() {
        line += 1
        column = 1
        letters = Self.letters(of: line, source)
    }

    private var isAtEndOfText: Bool { line > source.lines.count }

    private mutating func skipBlanks() {
        while let here = current, here == " " || here == "\t" { column += 1 }
    }

    /// An anchor or a tag before the scalar, and what may lie between.
    private mutating func skipProperties() {
        var found = false
        while let here = current, here == "&" || here == "!" {
            found = true
            while let letter = current, letter != " ", letter != "\t" { column += 1 }
            skipBlanks()
        }
        while found, current == nil || current == "#", line < source.lines.count {
            toNextLine()
            skipBlanks()
        }
    }

    private mutating func emit(_ scalar: Unicode.Scalar, width: Int) {
        decoded.append(Written(scalar: scalar, line: line, column: column, end: (line, column + width)))
        column += width
    }

    // MARK: Plain and quoted

    private mutating func decodeFlow(_ style: YAMLNode.Style) {
        while decoded.count < most, !isAtEndOfText {
            guard let here = current else {
                foldLines(escaped: false)
                continue
            }
            switch (style, here) {
            case (.singleQuoted, "'"):
                guard letter(after: 1) == "'" else { return }
                emit("'", width: 2)
            case (.doubleQuoted, "\""): return
            case (.doubleQuoted, "\\"):
                if letter(after: 1) == nil {
                    foldLines(escaped: true)
                } else {
                    guard let (scalar, width) = escape() else { return }
                    emit(scalar, width: width)
                }
            case (_, " "), (_, "\t"): blanks()
            default: emit(here, width: 1)
            }
        }
    }

    /// Blanks count unless the line ends behind them.
    private mutating func blanks() {
        var end = 0
        while let next = letter(after: end), next == " " || next == "\t" { end += 1 }
        guard letter(after: end) != nil else {
            column += end
            return
        }
        for _ in 0..<end { if let blank = current { emit(blank, width: 1) } }
    }

    /// One line end is a space, each empty line after it a line end; behind a backslash the first is nothing.
    private mutating func foldLines(escaped: Bool) {
        let (endLine, endColumn) = (line, column)
        var breaks: [(line: Int, column: Int)] = []
        repeat {
            toNextLine()
            skipBlanks()
            if current == nil, !isAtEndOfText { breaks.append((line, column)) }
        } while current == nil && !isAtEndOfText
        if breaks.isEmpty, !escaped {
            decoded.append(Written(scalar: " ", line: endLine, column: endColumn, end: (line, column)))
        }
        for place in breaks {
            decoded.append(Written(scalar: "\n", line: place.line, column: place.column, end: (line, column)))
        }
    }

    private static let escapes: [Unicode.Scalar: Unicode.Scalar] = [
        "0": "\0", "a": "\u{7}", "b": "\u{8}", "t": "\t", "\t": "\t", "n": "\n", "v": "\u{B}", "f": "\u{C}", "r": "\r",
        "e": "\u{1B}", " ": " ", "\"": "\"", "/": "/", "\\": "\\", "N": "\u{85}", "_": "\u{A0}", "L": "\u{2028}",
        "P": "\u{2029}",
    ]

    /// The escape at the cursor and its length: `\n` 2, `\x41` 4, `\u0041` 6, `\U00000041` 10.
    private func escape() -> (Unicode.Scalar, Int)? {
        guard let kind = letter(after: 1) else { return nil }
        let digits = kind == "x" ? 2 : kind == "u" ? 4 : kind == "U" ? 8 : 0
        guard digits > 0 else { return Self.escapes[kind].map { ($0, 2) } }
        var text = ""
        for index in 0..<digits { text.unicodeScalars.append(letter(after: 2 + index) ?? " ") }
        return UInt32(text, radix: 16).flatMap(Unicode.Scalar.init).map { ($0, 2 + digits) }
    }

    // MARK: Literal and folded

    private mutating func decodeBlock(isFolded: Bool) {
        let header = letters.dropFirst(column)
        let isIndented = header.prefix { $0 != "#" }.contains { ("1"..."9").contains($0) }
        let first = line + 1
        guard let indent = indent(from: first, explicit: isIndented ? header : nil) else { return }
        line = first
        column = indent + 1
        letters = Self.letters(of: line, source)
        beginning = (line, column)
        var pending: [(line: Int, column: Int)] = []
        var lastWasBlank = false
        while decoded.count < most, !isAtEndOfText {
            let spaces = letters.prefix { $0 == " " }.count
            guard spaces < letters.count || spaces > indent else {
                pending.append((line, letters.count + 1))
                toNextLine()
                continue
            }
            guard spaces >= indent else { break }
            column = indent + 1
            let isBlank = current == " " || current == "\t"
            join(pending, folds: isFolded && !lastWasBlank && !isBlank && !decoded.isEmpty)
            lastWasBlank = isBlank
            while let here = current { emit(here, width: 1) }
            pending = [(line, column)]
            toNextLine()
        }
        join(pending, folds: false)
    }

    /// The line ends before a line: the first of them is a space where lines are folded, nothing where empty ones follow.
    private mutating func join(_ breaks: [(line: Int, column: Int)], folds: Bool) {
        for (index, place) in breaks.enumerated() {
            if folds, index == 0, breaks.count > 1 { continue }
            let scalar: Unicode.Scalar = folds && index == 0 ? " " : "\n"
            decoded.append(Written(scalar: scalar, line: place.line, column: place.column, end: (line, column)))
        }
    }

    /// The indentation of the block: of its first line that is not empty; where the header says how much deeper than what is
    /// around it, that of the line of the header is added.
    private func indent(from first: Int, explicit header: ArraySlice<Unicode.Scalar>?) -> Int? {
        if let header, let digit = header.first(where: { ("1"..."9").contains($0) }) {
            let around = letters.prefix { $0 == " " || $0 == "-" }
            let isEntry = around.count + 1 == column
            let outer = isEntry ? around.lastIndex(of: "-") ?? 0 : around.count
            return outer + Int(digit.value - 0x30)
        }
        var number = first
        while number <= source.lines.count {
            let letters = Self.letters(of: number, source)
            let spaces = letters.prefix { $0 == " " }.count
            if spaces < letters.count { return spaces }
            number += 1
        }
        return nil
    }
}

extension Unicode.Scalar {
    var utf8Width: Int { UTF8.width(self) }
}
