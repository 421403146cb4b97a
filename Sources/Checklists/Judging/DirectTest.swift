import Language

/// A condition that only asks plain things of the record and its events, answered without evaluating its expression:
/// texts compared with literals, presence, and times compared.
///
/// It is a shortcut, never a second opinion. Wherever something is absent, unreadable or of another type it has no
/// answer, and the expression is evaluated, which knows what to say then.
indirect enum DirectTest: Sendable {
    enum Order: Sendable { case less, lessOrEqual, greater, greaterOrEqual, equal, unequal }

    case constant(Bool)
    case equal(TextField, String, negated: Bool)
    case among(TextField, [String])
    case present(TextField)
    case times(TimeField, Order, TimeField)
    case lengths(LengthField, Order, LengthField)
    case both(DirectTest, DirectTest)
    case either(DirectTest, DirectTest)
    case not(DirectTest)

    /// Nil where the expression asks more than that.
    init?(_ syntax: Syntax) {
        switch syntax.kind {
        case .literal(.bool(let value)): self = .constant(value)
        case .presence(let operand, let field):
            guard let field = TextField(operand, field) else { return nil }
            self = .present(field)
        case .macro("has", receiver: nil, let arguments):
            guard arguments.count == 1, let field = TextField(arguments[0]) else { return nil }
            self = .present(field)
        case .call("!_", receiver: nil, let operands):
            guard operands.count == 1, let operand = DirectTest(operands[0]) else { return nil }
            self = .not(operand)
        case .call(let name, receiver: nil, let operands) where operands.count == 2:
            self.init(name, operands[0], operands[1])
        default: return nil
        }
    }

    private init?(_ operator: String, _ left: Syntax, _ right: Syntax) {
        switch `operator` {
        case "_&&_":
            guard let left = DirectTest(left), let right = DirectTest(right) else { return nil }
            self = .both(left, right)
        case "_||_":
            guard let left = DirectTest(left), let right = DirectTest(right) else { return nil }
            self = .either(left, right)
        case "@in":
            guard let field = TextField(left), case .list(let elements, let optional) = right.kind, optional.isEmpty else {
                return nil
            }
            let texts = elements.compactMap(\.asString)
            guard texts.count == elements.count, texts.count <= 16 else { return nil }
            self = .among(field, texts)
        default:
            guard let order = Self.orders[`operator`] else { return nil }
            self.init(left, order, right)
        }
    }

    private static let orders: [String: Order] = [
        "_==_": .equal, "_!=_": .unequal, "_<_": .less, "_<=_": .lessOrEqual, "_>_": .greater, "_>=_": .greaterOrEqual,
    ]

    private init?(_ left: Syntax, _ order: Order, _ right: Syntax) {
        if let a = TimeField(left), let b = TimeField(right) {
            self = .times(a, order, b)
        } else if let a = LengthField(left), let b = LengthField(right) {
            self = .lengths(a, order, b)
        } else if order == .equal || order == .unequal {
            if let field = TextField(left), let text = right.asString {
                self = .equal(field, text, negated: order == .unequal)
            } else if let field = TextField(right), let text = left.asString {
                self = .equal(field, text, negated: order == .unequal)
            } else {
                return nil
            }
        } else {
            return nil
        }
    }

    /// Whether the condition holds for a record and the events at two places; nil where only the expression can tell.
    func answer(in source: RecordSource, event: Int, second: Int) -> Bool? {
        switch self {
        case .constant(let value): return value
        case .equal(let field, let literal, let negated):
            guard let text = field.text(in: source, event: event, second: second) else { return nil }
            return Text.same(text, literal) != negated
        case .among(let field, let literals):
            guard let text = field.text(in: source, event: event, second: second) else { return nil }
            for literal in literals where Text.same(text, literal) { return true }
            return false
        case .present(let field): return field.isPresent(in: source, event: event, second: second)
        case .times(let a, let order, let b):
            guard let a = a.instant(in: source, event: event, second: second),
                let b = b.instant(in: source, event: event, second: second)
            else { return nil }
            return order.holds(a, b)
        case .lengths(let a, let order, let b):
            guard let a = a.nanoseconds(in: source, event: event, second: second),
                let b = b.nanoseconds(in: source, event: event, second: second)
            else { return nil }
            return order.holds(a, b)
        case .both(let a, let b):
            guard let first = a.answer(in: source, event: event, second: second) else { return nil }
            return first ? b.answer(in: source, event: event, second: second) : false
        case .either(let a, let b):
            guard let first = a.answer(in: source, event: event, second: second) else { return nil }
            return first ? true : b.answer(in: source, event: event, second: second)
        case .not(let operand): return operand.answer(in: source, event: event, second: second).map { !$0 }
        }
    }
}

extension DirectTest.Order {
    @inline(__always)
    fileprivate func holds<T: Comparable>(_ a: T, _ b: T) -> Bool {
        switch self {
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        case .greaterOrEqual: a >= b
        case .equal: a == b
        case .unequal: a != b
        }
    }
}

/// A condition of a checklist: its expression, and a shortcut to the answer where there is one.
final class Question: Sendable {
    let expression: Expression
    let direct: DirectTest?

    init(_ expression: Expression) {
        self.expression = expression
        direct = DirectTest(expression.syntax)
    }

    var text: String { expression.text }
}
