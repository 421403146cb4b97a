import Language

/// When what the expressions of a check say can change no more although no event changes it.
enum Settling: Comparable, Sendable {
    /// They ask the event at hand and the record's fields.
    case atOnce
    /// They ask all events, or whether the record has closed.
    case onceClosed
    /// They ask what instant it is.
    case never

    init(_ expression: Expression) { self.init(expression.syntax) }

    private init(_ syntax: Syntax) {
        if case .identifier(let name) = syntax.kind {
            self = name == "as_of" ? .never : name == "events" || name == "closed" ? .onceClosed : .atOnce
            return
        }
        let parts = Self.asksEarlierEvents(syntax) ? syntax.parts.dropFirst() : syntax.parts[...]
        self = parts.map(Self.init).max() ?? .atOnce
    }

    /// `events.exists(e, … && e.at <= event.at && …)`: what comes later is not asked for.
    private static func asksEarlierEvents(_ syntax: Syntax) -> Bool {
        guard case .macro(let name, let receiver?, let arguments) = syntax.kind,
            ["exists", "exists_one", "filter"].contains(name),
            case .identifier("events") = receiver.kind, arguments.count == 2, case .identifier(let variable) = arguments[0].kind
        else { return false }
        return arguments[1].conjuncts.contains { conjunct in
            guard case .call(let order, nil, let operands) = conjunct.kind, operands.count == 2 else { return false }
            switch order {
            case "_<=_", "_<_": return isInstant(operands[0], of: [variable]) && isInstant(operands[1], of: anchors)
            case "_>=_", "_>_": return isInstant(operands[1], of: [variable]) && isInstant(operands[0], of: anchors)
            default: return false
            }
        }
    }

    /// The events that are there already where an expression is asked.
    private static let anchors = ["event", "activation", "next"]

    private static func isInstant(_ syntax: Syntax, of variables: [String]) -> Bool {
        guard case .select(let operand, "at", false) = syntax.kind, case .identifier(let name) = operand.kind else {
            return false
        }
        return variables.contains(name)
    }
}
