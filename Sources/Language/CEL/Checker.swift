/// Resolves the names of an expression and deduces its types. What does not fit is a problem; unchecked, it becomes an
/// error when it is evaluated.
struct Checker {
    struct Local {
        let name: String
        let slot: Int
        let type: CELType
    }

    typealias Result = (plan: Plan, type: CELType)

    let environment: Environment
    /// Whether problems are told. Unchecked expressions fail when they are evaluated.
    let isChecking: Bool
    var inference = Inference()
    var problems: [Expression.Problem] = []
    var locals: [Local] = []
    var nextSlot: Int
    /// The slots that an evaluation needs.
    var frame: Int
    /// Calls of constants, which later checks may want to see as one.
    var folder = Folder(frame: 0)

    init(_ environment: Environment, isChecking: Bool) {
        self.environment = environment
        self.isChecking = isChecking
        nextSlot = environment.variables.count
        frame = nextSlot
    }

    mutating func check(_ syntax: Syntax) -> Result {
        switch syntax.kind {
        case .literal(let value): return (.constant(value), value.type)
        case .identifier(let name): return identifier(name, syntax)
        case .select(let operand, let field, let optional): return select(syntax, operand, field, optional)
        case .presence(let operand, let field): return presence(operand, field, syntax)
        case .call(let name, let receiver, let arguments): return call(name, receiver, arguments, syntax)
        case .list(let elements, let optional): return list(elements, optional)
        case .map(let entries): return map(entries)
        case .macro(let name, let receiver, let arguments): return macro(name, receiver, arguments, syntax)
        }
    }

    mutating func fail(
        _ code: Code, at offset: Int, _ message: String, help: String? = nil
    ) -> Result {
        // One wrong part makes one problem: what follows from it is of the type `error`, which fits everywhere.
        if isChecking { problems.append(Expression.Problem(code: code, offset: offset, message: message, help: help)) }
        let kind: EvaluationError.Kind = code == .unknownName ? .absent : .other
        return (.failure(EvaluationError(kind, code == .typeMismatch ? EvaluationError.noSuchOverload.message : message)), .error)
    }

    // MARK: Names

    private mutating func identifier(_ name: String, _ syntax: Syntax) -> Result {
        if let local = locals.last(where: { $0.name == name }) { return (.slot(local.slot, name: name), local.type) }
        if let found = lookup(name) { return found }
        return unknown(name, syntax.offset)
    }

    private mutating func unknown(_ name: String, _ offset: Int) -> Result {
        let bare = name.hasPrefix(".") ? String(name.dropFirst()) : name
        var candidates = locals.map(\.name) + environment.variables.map(\.name)
        if let slot = environment.receiver, case .object(let type) = environment.variables[slot].type {
            candidates += type.fields.map(\.name)
        }
        // What is kept out of sight is nothing that anybody could have meant.
        candidates.removeAll { $0.hasPrefix("@") }
        let help =
            FunctionTable.named(bare).isEmpty
            ? nearestName(to: bare, among: candidates).map { "did you mean '\($0)'?" }
                ?? "a text is written in quotes: \"\(bare)\""
            : "'\(bare)' is a function: \(bare)(…)"
        return fail(.unknownName, at: offset, "undeclared reference to '\(bare)'", help: help)
    }

    /// A variable, type or field of the receiver by its whole name, from the innermost container outwards.
    private func lookup(_ name: String) -> Result? {
        for candidate in candidates(name) {
            if let slot = environment.slot(of: candidate) {
                return (.slot(slot, name: candidate), environment.variables[slot].type)
            }
            if let type = Self.types[candidate] { return (.constant(.type(type)), .type(type)) }
        }
        guard let slot = environment.receiver, case .object(let type) = environment.variables[slot].type,
            let number = type.number(of: name)
        else { return nil }
        return (.field(.slot(slot, name: environment.variables[slot].name), number: number, name: name), type.fields[number].type)
    }

    private static let types: [String: CELType] = [
        "bool": .bool, "int": .int, "uint": .uint, "double": .double, "string": .string, "bytes": .bytes, "null_type": .null,
        "list": .list(.dyn), "map": .map(.dyn, .dyn), "type": .type(.dyn), "optional_type": .optional(.dyn),
        "google.protobuf.Timestamp": .timestamp, "google.protobuf.Duration": .duration,
    ]

    /// In container `a.b`, the name `c` is `a.b.c`, else `a.c`, else `c`; `.c` is only that.
    func candidates(_ name: String) -> [String] {
        if name.hasPrefix(".") { return [String(name.dropFirst())] }
        guard !environment.container.isEmpty else { return [name] }
        var container = environment.container.split(separator: ".")
        var all: [String] = []
        while !container.isEmpty {
            all.append((container + [Substring(name)]).joined(separator: "."))
            container.removeLast()
        }
        return all + [name]
    }

    /// `a.b.c` of nested selects, where `a` is no variable of a macro.
    func qualifiedName(_ syntax: Syntax) -> String? {
        switch syntax.kind {
        case .identifier(let name): locals.contains { $0.name == name } ? nil : name
        case .select(let operand, let field, false): qualifiedName(operand).map { $0 + "." + field }
        default: nil
        }
    }

    // MARK: Fields

    private mutating func select(_ syntax: Syntax, _ operand: Syntax, _ field: String, _ optional: Bool) -> Result {
        if !optional, let name = qualifiedName(syntax), let found = lookup(name) { return found }
        let (plan, type) = check(operand)
        return select(plan, type, field, optional, syntax.offset)
    }

    private mutating func select(
        _ plan: Plan, _ operandType: CELType, _ field: String, _ optional: Bool, _ offset: Int
    ) -> Result {
        let type = inference.resolved(operandType)
        let isOptional: Bool
        let inner: CELType
        if case .optional(let wrapped) = type {
            (inner, isOptional) = (inference.resolved(wrapped), true)
        } else {
            (inner, isOptional) = (type, optional)
        }
        var result: CELType = .dyn
        switch inner {
        case .dyn, .parameter: break
        case .error: return (.failure(.noSuchOverload), .error)
        case .map(_, let value): result = value
        case .object(let object):
            guard let number = object.number(of: field) else {
                return fail(
                    .unknownName, at: offset, "no field '\(field)' in \(object.name)",
                    help: didYouMean(field, among: object.fields.map(\.name)))
            }
            result = object.fields[number].type
            if !isOptional { return (.field(plan, number: number, name: field), result) }
        default:
            return fail(.typeMismatch, at: offset, "type '\(inner)' does not support field selection")
        }
        return (.select(plan, key: field, optional: optional), isOptional ? .optional(result) : result)
    }

    private mutating func presence(_ operand: Syntax, _ field: String, _ syntax: Syntax) -> Result {
        let (plan, type) = check(operand)
        let (selected, _) = select(plan, type, field, false, syntax.offset)
        if case .failure(let error) = selected { return (.failure(error), .bool) }
        return (.presence(selected), .bool)
    }

    /// `has(field)` of a field of the receiver.
    mutating func presence(ofName argument: Syntax) -> Result {
        let (plan, type) = check(argument)
        if case .field = plan { return (.presence(plan), .bool) }
        guard type != .error else { return (plan, .bool) }
        return fail(
            .syntax, at: argument.offset, "invalid argument to has() macro", help: "has() takes a field: has(x.field)")
    }

    // MARK: Collections

    private mutating func list(_ elements: [Syntax], _ optional: Set<Int>) -> Result {
        var plans: [Plan] = []
        var joined: CELType?
        for (index, element) in elements.enumerated() {
            let (plan, type) = optional.contains(index) ? optionalElement(element) : check(element)
            plans.append(plan)
            joined = joined.map { inference.join($0, type) } ?? type
        }
        let constants = plans.compactMap(\.constant)
        let plan: Plan =
            optional.isEmpty && constants.count == plans.count
            ? .constant(.list(.array(constants))) : .list(plans, optional: optional)
        return (plan, .list(joined ?? inference.variable()))
    }

    /// An element or value after `?`: an optional, whose value counts.
    private mutating func optionalElement(_ syntax: Syntax) -> Result {
        let (plan, type) = check(syntax)
        let value = inference.variable()
        guard inference.accept([type], where: [.optional(value)]) else {
            return fail(
                .typeMismatch, at: syntax.offset, "'?' takes an optional, not \(inference.resolved(type, open: false))")
        }
        return (plan, inference.resolved(value))
    }

    private mutating func map(_ entries: [(key: Syntax, value: Syntax, optional: Bool)]) -> Result {
        var plans: [(key: Plan, value: Plan, optional: Bool)] = []
        var keyType: CELType?
        var valueType: CELType?
        for entry in entries {
            let key = self.key(entry.key)
            let value = entry.optional ? optionalElement(entry.value) : check(entry.value)
            keyType = keyType.map { inference.join($0, key.type) } ?? key.type
            valueType = valueType.map { inference.join($0, value.type) } ?? value.type
            plans.append((key.plan, value.plan, entry.optional))
        }
        let plan = constantMap(plans).map { Plan.constant(.map(.entries($0))) } ?? .map(plans)
        return (plan, .map(keyType ?? inference.variable(), valueType ?? inference.variable()))
    }

    /// A map of constants with sound and different keys is one itself.
    private func constantMap(_ plans: [(key: Plan, value: Plan, optional: Bool)]) -> MapEntries? {
        var entries: [(key: Value, value: Value)] = []
        var seen: Set<MapKey> = []
        for plan in plans {
            guard !plan.optional, let key = plan.key.constant, let value = plan.value.constant, let unique = MapKey(key),
                key.type != .double, seen.insert(unique).inserted
            else { return nil }
            entries.append((key, value))
        }
        return MapEntries(entries)
    }

    /// A key of a map: a bool, a whole number or a text.
    private mutating func key(_ syntax: Syntax) -> Result {
        let (plan, type) = check(syntax)
        switch inference.resolved(type) {
        case .bool, .int, .uint, .string, .dyn, .error: return (plan, type)
        case .parameter: return (plan, .dyn)
        case let other:
            guard isChecking else { return (plan, .dyn) }
            return fail(
                .typeMismatch, at: syntax.offset, "unsupported key type \(inference.resolved(other, open: false))",
                help: "keys are bool, int, uint or string")
        }
    }
}
