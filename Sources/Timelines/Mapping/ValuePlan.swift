import Language

/// How one value of a mapping is had: the shapes that need no expression are read straight from the page, and everything
/// else is evaluated. Where the short way does not know an answer (`Found.unknown`, a text that is no time, …) the
/// expression is asked, so both ways always agree and errors have one wording.
indirect enum ValuePlan: Sendable {
    case constant(Value, ConstantText)
    /// The whole expression is a path: absent where a key on it is absent.
    case path(PathPlan, Expression)
    /// `timestamp(path)`, `string(path)`, `int(path)`
    case conversion(Conversion, PathPlan, Expression)
    /// `variable.?key.optMap(t, timestamp(t))`
    case timestampIfThere(PathPlan, Expression)
    /// `path.orValue("text")`, the last step of the path optional
    case withDefault(PathPlan, ConstantText, Expression)
    /// `condition ? value : value`
    case choice(ConditionPlan, ValuePlan, ValuePlan, Expression)
    /// `timestamp(variable.list[0].key)`
    case timestampOfFirst(FirstPlan, Expression)
    case expression(Expression)
    case table(TablePlan)

    enum Conversion: Sendable { case timestamp, string, int }

    /// What the value is wherever it is looked at, or nil where that depends on the page.
    var constantText: String? {
        if case .constant(.string(let text), _) = self { text } else { nil }
    }
}

/// A text known beforehand, with its bytes.
final class ConstantText: Sendable {
    let text: String
    /// Owned: valid as long as the text lives.
    nonisolated(unsafe) let bytes: UnsafeBufferPointer<UInt8>

    init(_ text: String) {
        self.text = text
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, text.utf8.count))
        _ = memory.initialize(from: text.utf8)
        bytes = UnsafeBufferPointer(rebasing: memory[..<text.utf8.count])
    }

    deinit { bytes.deallocate() }

    func equals(_ other: UnsafeBufferPointer<UInt8>) -> Bool { bytes.count == other.count && sameBytes(bytes, other) }
}

/// A variable by its slot, and the keys that lead on from it.
struct PathPlan: Sendable {
    let slot: Int
    let keys: [ConstantText]
    /// The bytes of the keys, which own them: a walk need not count references.
    nonisolated(unsafe) let steps: [UnsafeBufferPointer<UInt8>]

    init(slot: Int, keys: [ConstantText]) {
        self.slot = slot
        self.keys = keys
        steps = keys.map(\.bytes)
    }
}

/// The value at a key of the first object in a list.
struct FirstPlan: Sendable {
    let list: PathPlan
    let key: ConstantText

    /// Nil where the syntax is no `variable.list[0].key`.
    init?(_ syntax: Syntax, in environment: Environment) {
        guard case .select(let element, let field, false) = syntax.kind,
            case .call("_[_]", nil, let arguments) = element.kind, arguments.count == 2,
            case .literal(.int(0)) = arguments[1].kind, let list = PathPlan(arguments[0], in: environment), list.keys.count == 1
        else { return nil }
        self.list = list
        key = ConstantText(field)
    }
}

/// A condition of comparisons with constants, read without values; anything unusual is left to the expression.
indirect enum ConditionPlan: Sendable {
    case equals(PathPlan, ConstantText)
    case all([ConditionPlan])
    case any([ConditionPlan])
    case not(ConditionPlan)
    case among(PathPlan, [ConstantText])
}

/// `{of, table, otherwise}`: the text of one value chooses another.
struct TablePlan: Sendable {
    let of: ValuePlan
    let keys: [ConstantText]
    let values: [ValuePlan]
    let otherwise: ValuePlan?
    /// Every value is a text known beforehand.
    let isConstant: Bool
    private let places: [String: Int]

    init(of: ValuePlan, entries: [(key: String, value: ValuePlan)], otherwise: ValuePlan?) {
        self.of = of
        keys = entries.map { ConstantText($0.key) }
        values = entries.map(\.value)
        self.otherwise = otherwise
        isConstant = (entries.map(\.value) + (otherwise.map { [$0] } ?? [])).allSatisfy { $0.constantText != nil }
        places = Dictionary(entries.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The plan that a text chooses; nil where none does.
    func choice(for text: UnsafeBufferPointer<UInt8>) -> ValuePlan? {
        if keys.count > 24 { return choice(for: String(decoding: text, as: UTF8.self)) }
        for index in keys.indices where keys[index].equals(text) { return values[index] }
        return otherwise
    }

    /// Whether the table has an entry for a text.
    func names(_ text: String) -> Bool { places[text] != nil }

    func choice(for text: String) -> ValuePlan? { places[text].map { values[$0] } ?? otherwise }
}

// MARK: From expressions

extension ValuePlan {
    /// The shortest way to the value of a checked expression.
    init(_ expression: Expression, in environment: Environment) {
        self =
            Self.plan(expression.syntax, expression, environment, isWhole: true) ?? Self.constant(expression, environment)
            ?? .expression(expression)
    }

    /// The value of an expression that names no variable, evaluated once.
    private static func constant(_ expression: Expression, _ environment: Environment) -> ValuePlan? {
        let namesSomething = expression.syntax.descendants.contains { if case .identifier = $0.kind { true } else { false } }
        guard !namesSomething else { return nil }
        var bindings = Bindings(slots: environment.variables.count)
        guard let value = try? expression.evaluate(&bindings), let text = text(of: value) else { return nil }
        return .constant(value, ConstantText(text))
    }

    private static func plan(
        _ syntax: Syntax, _ expression: Expression, _ environment: Environment, isWhole: Bool
    ) -> ValuePlan? {
        if let path = PathPlan(syntax, in: environment) { return isWhole ? .path(path, expression) : nil }
        switch syntax.kind {
        case .literal(let value):
            return .constant(value, ConstantText(text(of: value) ?? ""))
        case .call("timestamp", nil, let arguments):
            if arguments.count == 1, let first = FirstPlan(arguments[0], in: environment) {
                return .timestampOfFirst(first, expression)
            }
            return conversion(.timestamp, arguments, expression, environment)
        case .call("string", nil, let arguments):
            return conversion(.string, arguments, expression, environment)
        case .call("int", nil, let arguments):
            return conversion(.int, arguments, expression, environment)
        case .call("orValue", .some(let receiver), let arguments):
            guard arguments.count == 1, case .literal(.string(let text)) = arguments[0].kind,
                let path = PathPlan(optional: receiver, in: environment)
            else { return nil }
            return .withDefault(path, ConstantText(text), expression)
        case .macro("optMap", .some(let receiver), let arguments):
            guard isWhole, arguments.count == 2, case .identifier(let name) = arguments[0].kind,
                case .call("timestamp", nil, let inner) = arguments[1].kind, inner.count == 1,
                case .identifier(name) = inner[0].kind, let path = PathPlan(optional: receiver, in: environment)
            else { return nil }
            return .timestampIfThere(path, expression)
        case .call("_?_:_", nil, let arguments):
            guard arguments.count == 3, let condition = ConditionPlan(arguments[0], in: environment),
                let yes = plan(arguments[1], expression, environment, isWhole: false),
                let no = plan(arguments[2], expression, environment, isWhole: false),
                case .constant = yes, case .constant = no
            else { return nil }
            return .choice(condition, yes, no, expression)
        default: return nil
        }
    }

    private static func conversion(
        _ conversion: Conversion, _ arguments: [Syntax], _ expression: Expression, _ environment: Environment
    ) -> ValuePlan? {
        guard arguments.count == 1, let path = PathPlan(arguments[0], in: environment) else { return nil }
        return .conversion(conversion, path, expression)
    }

    /// The text of a value, as tables compare it and `string()` writes it; nil for values that have none.
    static func text(of value: Value) -> String? {
        switch value {
        case .string(let text): text
        case .int(let number): String(number)
        case .uint(let number): String(number)
        case .bool(let flag): flag ? "true" : "false"
        case .double(let number): number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)
        case .timestamp(let instant): instant.description
        default: nil
        }
    }
}

extension PathPlan {
    /// `variable.?key`. Nil for more keys: with one before it, an absent key is an error and no reason for a default.
    init?(optional syntax: Syntax, in environment: Environment) {
        guard case .select(let operand, let field, true) = syntax.kind, let path = PathPlan(operand, in: environment),
            path.keys.isEmpty
        else { return nil }
        self.init(slot: path.slot, keys: [ConstantText(field)])
    }

    /// Nil where the syntax is no plain path of a known variable.
    init?(_ syntax: Syntax, in environment: Environment) {
        switch syntax.kind {
        case .identifier(let name):
            guard let slot = environment.slot(of: name) else { return nil }
            self.init(slot: slot, keys: [])
        case .select(let operand, let field, false):
            guard let path = PathPlan(operand, in: environment) else { return nil }
            self.init(slot: path.slot, keys: path.keys + [ConstantText(field)])
        case .call("_[_]", nil, let arguments):
            guard arguments.count == 2, case .literal(.string(let key)) = arguments[1].kind,
                let path = PathPlan(arguments[0], in: environment)
            else { return nil }
            self.init(slot: path.slot, keys: path.keys + [ConstantText(key)])
        default: return nil
        }
    }
}

extension ConditionPlan {
    init?(_ syntax: Syntax, in environment: Environment) {
        guard case .call(let name, nil, let arguments) = syntax.kind else { return nil }
        switch name {
        case "_==_", "_!=_":
            guard arguments.count == 2, let path = PathPlan(arguments[0], in: environment),
                case .literal(.string(let text)) = arguments[1].kind
            else { return nil }
            let equals = ConditionPlan.equals(path, ConstantText(text))
            self = name == "_==_" ? equals : .not(equals)
        case "_&&_", "_||_":
            let parts = arguments.compactMap { ConditionPlan($0, in: environment) }
            guard parts.count == arguments.count else { return nil }
            self = name == "_&&_" ? .all(parts) : .any(parts)
        case "!_":
            guard arguments.count == 1, let part = ConditionPlan(arguments[0], in: environment) else { return nil }
            self = .not(part)
        case "@in", "_in_", "in":
            guard arguments.count == 2, let path = PathPlan(arguments[0], in: environment),
                case .list(let elements, let optional) = arguments[1].kind, optional.isEmpty
            else { return nil }
            let texts = elements.compactMap { element -> ConstantText? in
                if case .literal(.string(let text)) = element.kind { ConstantText(text) } else { nil }
            }
            guard texts.count == elements.count else { return nil }
            self = .among(path, texts)
        default: return nil
        }
    }
}
