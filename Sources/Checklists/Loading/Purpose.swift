import Language

/// What the value of an expression is for, and which types can serve: one that never can would only ever be found out record
/// by record, as an item that is not observable.
enum Purpose {
    /// An instant, or a text that says one, as attributes of canonical records do.
    case moment
    /// Who owns a record: a name or a number, several, or nobody.
    case owner
    /// What a table is looked up by.
    case key

    func admits(_ type: CELType) -> Bool {
        switch (self, type) {
        case (_, .dyn), (_, .string), (_, .error), (_, .parameter): true
        case (_, .optional(let inner)): admits(inner)
        case (.moment, .timestamp): true
        case (.owner, .int), (.owner, .null): true
        case (.owner, .list(let element)): admits(element)
        case (.key, .int), (.key, .uint), (.key, .bool): true
        default: false
        }
    }

    var needed: String {
        switch self {
        case .moment: "timestamp, or string that says one"
        case .owner: "string, int, or a list of them"
        case .key: "string, int, uint or bool"
        }
    }

    var help: String {
        switch self {
        case .moment: "timestamp(…) makes an instant of a text, and opened + duration(\"1h\") another instant"
        case .owner: "string(…) makes text of it, 'event.actor.id' names who acted"
        case .key: "string(…) makes text of it"
        }
    }
}

extension CheckReader {
    func expression(_ node: YAMLNode, _ environment: Environment, for purpose: Purpose) -> Expression? {
        guard let expression = expression(node, environment) else { return nil }
        if purpose.admits(expression.type) { return expression }
        diagnostics.error(
            .typeMismatch, at: node.position(atOffset: expression.syntax.start),
            "the expression must be \(purpose.needed), not \(expression.type)", help: purpose.help)
        return nil
    }
}
