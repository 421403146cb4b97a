extension SourceText {
    /// Where the byte at `offset` of a scalar's decoded text stands in the file. The scalar begins at `mark` (its first
    /// quote, its `|` or `>`, or its first letter). Walks the written form beside the decoded one; where they part
    /// (an escape it does not know), the last place both agreed on is the answer.
    func position(inScalarAt mark: (line: Int, column: Int), style: YAMLNode.Style, text: String, offset: Int) -> Position {
        var walk = ScalarWalk(source: self, line: mark.line, column: mark.column)
        switch style {
        case .singleQuoted, .doubleQuoted: walk.step()
        case .literal, .folded: walk.toNextLine()
        case .plain, .other: break
        }
        var bytes = 0
        for scalar in text.unicodeScalars {
            walk.align(to: scalar, style: style)
            if bytes >= offset { break }
            bytes += scalar.utf8Width
            walk.consume(scalar, style: style)
        }
        return Position(file: file, line: walk.line, column: walk.column)
    }
}

/// A cursor over the written form of one scalar.
private struct ScalarWalk {
    let source: SourceText
    var line: Int
    var column: Int

    private func scalars(of line: Int) -> Substring.UnicodeScalarView? {
        source.lines.indices.contains(line - 1) ? source.lines[line - 1].unicodeScalars : nil
    }

    private var current: Unicode.Scalar? {
        scalars(of: line)?.dropFirst(column - 1).first
    }

    mutating func step(_ count: Int = 1) { column += count }

    mutating func toNextLine() {
        line += 1
        column = 1 + (scalars(of: line)?.prefix { $0 == " " }.count ?? 0)
    }

    /// Moves over folds: line ends and indentation that decode to one space or newline.
    mutating func align(to scalar: Unicode.Scalar, style: YAMLNode.Style) {
        while current == nil, line < source.lines.count, scalar != " ", scalar != "\n" { toNextLine() }
    }

    mutating func consume(_ scalar: Unicode.Scalar, style: YAMLNode.Style) {
        guard let here = current else {
            if line < source.lines.count { toNextLine() }
            return
        }
        switch style {
        case .singleQuoted where here == "'": step(2)
        case .doubleQuoted where here == "\\": step(escapeLength())
        default: if here == scalar { step() }
        }
    }

    /// The length of the escape sequence at the cursor: `\n` 2, `\x41` 4, `\u0041` 6, `\U00000041` 10.
    private func escapeLength() -> Int {
        switch scalars(of: line)?.dropFirst(column).first {
        case "x": 4
        case "u": 6
        case "U": 10
        default: 2
        }
    }
}

extension Unicode.Scalar {
    var utf8Width: Int { UTF8.width(self) }
}
