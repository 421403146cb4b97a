import Language

/// A condition that only asks plain things of the record and its events, answered without evaluating its expression:
/// texts compared with literals, presence, and times compared.
///
/// It is a shortcut, never a second opinion. Wherever something is absent, unreadable or of another type it has no
/// answer, and the expression is evaluated, which knows what to say then. Tests are objects, since walking a tree of
/// enums counts references at every step.
protocol DirectTest: AnyObject, Sendable {
    /// Whether the condition holds for a record and the events at two places; nil where only the expression can tell.
    func answer(in source: RecordSource, event: Int, second: Int) -> Bool?
}

/// A condition of a checklist: its expression, and a shortcut to the answer where there is one.
final class Question: Sendable {
    let expression: Expression
    let direct: (any DirectTest)?
    /// What answering it for one pair of events costs, in units of the budget.
    let cost: Int

    init(_ expression: Expression) {
        self.expression = expression
        cost = 2 + expression.size >> 2
        direct = DirectTests.test(expression.syntax)
    }

    var text: String { expression.text }

    /// Whether it holds for the record, where that takes no evaluating.
    func plainAnswer(in source: RecordSource) -> Bool? { direct?.answer(in: source, event: 0, second: 0) }

    /// True for `true` and what amounts to it, whatever the record.
    var isAlwaysTrue: Bool { if case .bool(true)? = expression.constant { true } else { false } }
}

/// Finds the direct test that an expression amounts to.
enum DirectTests {
    /// Nil where the expression asks more than plain things.
    static func test(_ syntax: Syntax) -> (any DirectTest)? {
        switch syntax.kind {
        case .literal(.bool(let answer)): return ConstantTest(constant: answer)
        case .presence(let operand, let field): return TextField(operand, field).map { PresenceTest(field: $0) }
        case .macro("has", receiver: nil, let arguments):
            return arguments.count == 1 ? TextField(arguments[0]).map { PresenceTest(field: $0) } : nil
        case .call("!_", receiver: nil, let operands):
            return operands.count == 1 ? test(operands[0]).map { NegatedTest(operand: $0) } : nil
        case .call(let name, receiver: nil, let operands) where operands.count == 2:
            return test(name, operands[0], operands[1])
        default: return nil
        }
    }

    private static func test(_ name: String, _ left: Syntax, _ right: Syntax) -> (any DirectTest)? {
        switch name {
        case "_&&_", "_||_":
            guard let first = test(left), let second = test(right) else { return nil }
            return JoinedTest(first: first, second: second, needsBoth: name == "_&&_")
        case "@in":
            guard let field = TextField(left), case .list(let elements, let optional) = right.kind, optional.isEmpty else {
                return nil
            }
            let texts = elements.compactMap(\.asString)
            guard texts.count == elements.count, texts.count <= 16 else { return nil }
            return TextTest(field: field, literals: texts, negated: false)
        default: return orders[name].flatMap { comparison(left, $0, right) }
        }
    }

    private static let orders: [String: OrderTest.Order] = [
        "_==_": .equal, "_!=_": .unequal, "_<_": .less, "_<=_": .lessOrEqual, "_>_": .greater, "_>=_": .greaterOrEqual,
    ]

    private static func comparison(_ left: Syntax, _ order: OrderTest.Order, _ right: Syntax) -> (any DirectTest)? {
        if let a = TimeField(left), let b = TimeField(right) { return OrderTest(order, .between(a, b), .literal(0)) }
        if let a = LengthField(left), let b = LengthField(right) { return OrderTest(order, a, b) }
        guard order == .equal || order == .unequal else { return nil }
        let isReversed = left.asString != nil
        guard let field = TextField(isReversed ? right : left), let text = (isReversed ? left : right).asString else {
            return nil
        }
        return TextTest(field: field, literals: [text], negated: order == .unequal)
    }
}

/// A field is, or is not, one of some literals.
final class TextTest: DirectTest {
    let field: TextField
    let literals: [String]
    let negated: Bool
    /// Of the literals: most texts are told apart by how long they are.
    private let lengths: [Int]

    init(field: TextField, literals: [String], negated: Bool) {
        self.field = field
        self.literals = literals
        self.negated = negated
        lengths = literals.map(\.utf8.count)
    }

    func answer(in source: RecordSource, event: Int, second: Int) -> Bool? {
        guard let text = field.text(in: source, event: event, second: second) else { return nil }
        let length = text.utf8.count
        for index in lengths.indices where lengths[index] == length && Text.same(text, literals[index]) { return !negated }
        return negated
    }
}

/// `true` and `false`.
final class ConstantTest: DirectTest {
    let constant: Bool

    init(constant: Bool) { self.constant = constant }

    func answer(in source: RecordSource, event: Int, second: Int) -> Bool? { constant }
}

/// `has()` of a field.
final class PresenceTest: DirectTest {
    let field: TextField

    init(field: TextField) { self.field = field }

    func answer(in source: RecordSource, event: Int, second: Int) -> Bool? {
        field.isPresent(in: source, event: event, second: second)
    }
}

/// `&&` and `||`.
final class JoinedTest: DirectTest {
    let first: any DirectTest
    let second: any DirectTest
    let needsBoth: Bool

    init(first: any DirectTest, second: any DirectTest, needsBoth: Bool) {
        self.first = first
        self.second = second
        self.needsBoth = needsBoth
    }

    func answer(in source: RecordSource, event: Int, second index: Int) -> Bool? {
        guard let answer = first.answer(in: source, event: event, second: index) else { return nil }
        return answer == needsBoth ? second.answer(in: source, event: event, second: index) : answer
    }
}

/// `!`
final class NegatedTest: DirectTest {
    let operand: any DirectTest

    init(operand: any DirectTest) { self.operand = operand }

    func answer(in source: RecordSource, event: Int, second: Int) -> Bool? {
        operand.answer(in: source, event: event, second: second).map { !$0 }
    }
}

/// Two lengths of time compared; two instants are compared by the time between them.
final class OrderTest: DirectTest {
    enum Order: Sendable { case less, lessOrEqual, greater, greaterOrEqual, equal, unequal }

    let order: Order
    let left: LengthField
    let right: LengthField

    init(_ order: Order, _ left: LengthField, _ right: LengthField) {
        self.order = order
        self.left = left
        self.right = right
    }

    func answer(in source: RecordSource, event: Int, second: Int) -> Bool? {
        guard let a = left.nanoseconds(in: source, event: event, second: second),
            let b = right.nanoseconds(in: source, event: event, second: second)
        else { return nil }
        return switch order {
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        case .greaterOrEqual: a >= b
        case .equal: a == b
        case .unequal: a != b
        }
    }
}
