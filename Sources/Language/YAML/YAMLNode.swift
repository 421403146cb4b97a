/// One node of a YAML document, with its place. Scalars stay the text that was written: nothing becomes a date or a
/// Boolean behind the author's back.
package struct YAMLNode: Sendable {
    package enum Kind: Sendable {
        case scalar(String)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    /// A key and its value, in the order of the file.
    package struct Entry: Sendable {
        package let key: YAMLNode
        package let value: YAMLNode

        package init(key: YAMLNode, value: YAMLNode) {
            self.key = key
            self.value = value
        }
    }

    /// How a scalar was written; collections are `other`.
    package enum Style: Sendable {
        case plain, singleQuoted, doubleQuoted, literal, folded, other
    }

    package let kind: Kind
    package let style: Style
    package let source: SourceText
    /// 1-based; columns count Unicode scalars.
    package let line: Int
    package let column: Int

    package var position: Position { Position(file: source.file, line: line, column: column) }

    /// A collection in the place of this node.
    package func holding(_ collection: Kind) -> YAMLNode {
        YAMLNode(kind: collection, style: .other, source: source, line: line, column: column)
    }

    /// The text of a scalar, nil for collections.
    package var text: String? {
        if case .scalar(let text) = kind { text } else { nil }
    }

    /// True for `null`, `~` and nothing at all.
    package var isNull: Bool {
        style == .plain && ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// A few words for error messages: "a mapping", "a list", "'text'".
    package var summary: String {
        switch kind {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .scalar(let text): isNull ? "nothing" : "'\(text.count > 60 ? text.prefix(57) + "…" : text[...])'"
        }
    }

    /// Another text in the place of this scalar's, quotes aside; nil where the file does not have the text as it is.
    package func fix(writing new: String) -> Fix? {
        guard let text, !text.isEmpty, style != .literal, style != .folded else { return nil }
        let place = style == .plain ? column : column + 1
        guard source.endOfPlainScalar(at: (line, place), text: text) != nil else { return nil }
        return Fix(at: Position(file: source.file, line: line, column: place), text, to: new)
    }

    /// The place of the `offset`-th UTF-8 byte of a scalar's text in the file, so that an error inside an expression
    /// points into the expression, also in quoted and block scalars.
    package func position(atOffset offset: Int) -> Position {
        source.position(inScalarAt: (line, column), style: style, text: text ?? "", offset: offset)
    }
}

/// A file as it was read: its name as shown to people, and its lines for carets.
package final class SourceText: Sendable {
    package let file: String
    package let text: String
    /// As YAML counts them.
    package let lines: [Substring]

    /// A byte order mark is no part of the text.
    package init(file: String, text: String) {
        self.file = file
        self.text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        lines = self.text.split(omittingEmptySubsequences: false) { $0.isNewline && $0 != "\u{B}" && $0 != "\u{C}" }
    }

    /// The place of a byte of the text.
    func position(ofByte offset: Int) -> Position {
        let before = text.utf8.prefix(offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { text.utf8.index(after: $0) } ?? text.startIndex
        return Position(file: file, line: line, column: text[start..<before.endIndex].unicodeScalars.count + 1)
    }
}
