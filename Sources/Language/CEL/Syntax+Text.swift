extension Syntax {
    /// The expression in one spelling, whatever blanks and parentheses it is written with: the same text for the same tree.
    package var normalText: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch kind {
        case .literal(let value): text += "\(value)"
        case .identifier(let name): text += name
        case .select(let operand, let field, let optional):
            operand.write(to: &text)
            text += (optional ? ".?" : ".") + field
        case .presence(let operand, let field):
            text += "has("
            operand.write(to: &text)
            text += "." + field + ")"
        case .call(let name, let receiver, let arguments), .macro(let name, let receiver, let arguments):
            if let receiver {
                receiver.write(to: &text)
                text += "."
            }
            text += name
            Self.write(arguments, between: "(", ")", to: &text)
        case .list(let elements, let optional):
            Self.write(elements, between: "[", "]", to: &text)
            if !optional.isEmpty { text += "?\(optional.sorted())" }
        case .map(let entries):
            text += "{"
            for entry in entries {
                text += entry.optional ? "?" : ""
                entry.key.write(to: &text)
                text += ": "
                entry.value.write(to: &text)
                text += ", "
            }
            text += "}"
        }
    }

    private static func write(_ parts: [Syntax], between open: String, _ close: String, to text: inout String) {
        text += open
        for (index, part) in parts.enumerated() {
            if index > 0 { text += ", " }
            part.write(to: &text)
        }
        text += close
    }

    /// The tree with literals in the place of a path.
    package func replacing(_ path: Expression.Path, with value: Value) -> Syntax {
        if asPath == path { return Syntax(.literal(value), offset: offset) }
        func replaced(_ part: Syntax) -> Syntax { part.replacing(path, with: value) }
        let kind: Kind =
            switch self.kind {
            case .literal, .identifier: self.kind
            case .select(let operand, let field, let optional): .select(replaced(operand), field: field, optional: optional)
            case .presence(let operand, let field): .presence(replaced(operand), field: field)
            case .call(let name, let receiver, let arguments):
                .call(name, receiver: receiver.map(replaced), arguments: arguments.map(replaced))
            case .macro(let name, let receiver, let arguments):
                .macro(name, receiver: receiver.map(replaced), arguments: arguments.map(replaced))
            case .list(let elements, let optional): .list(elements.map(replaced), optional: optional)
            case .map(let entries): .map(entries.map { (replaced($0.key), replaced($0.value), $0.optional) })
            }
        return Syntax(kind, offset: offset)
    }
}
