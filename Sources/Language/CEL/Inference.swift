/// What type variables stand for while an expression is checked, and which type may stand where another is wanted.
/// Follows the rules of cel-go's checker: a variable takes the most general of the types that it meets.
struct Inference {
    private var known: [String: CELType] = [:]
    private var fresh = 0

    mutating func variable() -> CELType {
        fresh += 1
        return .parameter("$\(fresh)")
    }

    /// The types with their variables replaced by new ones, the same for the same name.
    mutating func instantiate(_ signature: Function.Signature) -> Function.Signature {
        var names: [String: CELType] = [:]
        var parameters: [CELType] = []
        for parameter in signature.parameters { parameters.append(renamed(parameter, &names)) }
        return Function.Signature(parameters: parameters, result: renamed(signature.result, &names))
    }

    private mutating func renamed(_ type: CELType, _ names: inout [String: CELType]) -> CELType {
        switch type {
        case .parameter(let name):
            let replacement = names[name] ?? variable()
            names[name] = replacement
            return replacement
        case .list(let element): return .list(renamed(element, &names))
        case .map(let key, let value): return .map(renamed(key, &names), renamed(value, &names))
        case .optional(let value): return .optional(renamed(value, &names))
        case .type(let inner): return .type(renamed(inner, &names))
        case .abstract(let name, let parameters):
            var renamedParameters: [CELType] = []
            for parameter in parameters { renamedParameters.append(renamed(parameter, &names)) }
            return .abstract(name, renamedParameters)
        default: return type
        }
    }

    /// The type with what is known of its variables; those still open stay, or become `dyn`.
    func resolved(_ type: CELType, open: Bool = true) -> CELType {
        switch type {
        case .parameter(let name):
            if let substitute = known[name] { return resolved(substitute, open: open) }
            return open ? type : .dyn
        case .list(let element): return .list(resolved(element, open: open))
        case .map(let key, let value): return .map(resolved(key, open: open), resolved(value, open: open))
        case .optional(let value): return .optional(resolved(value, open: open))
        case .type(let inner): return .type(resolved(inner, open: open))
        case .abstract(let name, let parameters): return .abstract(name, parameters.map { resolved($0, open: open) })
        default: return type
        }
    }

    /// Whether each of `types` may stand where its counterpart is wanted; remembers what that says about variables only
    /// where all may.
    mutating func accept(_ types: [CELType], where wanted: [CELType]) -> Bool {
        guard types.count == wanted.count else { return false }
        let before = known
        for (type, target) in zip(types, wanted) where !fits(type, target) {
            known = before
            return false
        }
        return true
    }

    /// The type of a list whose elements so far are `a` and whose next is `b`.
    mutating func join(_ a: CELType, _ b: CELType) -> CELType {
        guard accept([a], where: [b]) else { return .dyn }
        let (a, b) = (resolved(a), resolved(b))
        if b == .null, a.isNullable { return a }
        return Self.isAtLeastAsGeneral(a, b) ? a : b
    }

    private mutating func fits(_ type: CELType, _ target: CELType) -> Bool {
        if case .parameter(let name) = target {
            switch bind(name, to: type) {
            case .bound: return true
            case .conflict: return false
            case .cyclic: break
            }
        }
        if case .parameter(let name) = type {
            return bind(name, to: target) == .bound
        }
        if type == .dyn || target == .dyn || type == .error || target == .error { return true }
        if type == .null { return target.isNullable }
        if target == .null { return type.isNullable }
        switch (type, target) {
        case (.list(let a), .list(let b)), (.optional(let a), .optional(let b)): return fits(a, b)
        case (.map(let a, let c), .map(let b, let d)): return fits(a, b) && fits(c, d)
        case (.type, .type): return true
        case (.abstract("wrapper", let wrapped), .abstract("wrapper", let others)): return wrapped == others
        case (.abstract("wrapper", let wrapped), _): return wrapped.first.map { fits($0, target) } ?? false
        case (_, .abstract("wrapper", let wrapped)): return wrapped.first.map { fits(type, $0) } ?? false
        case (.abstract(let a, let first), .abstract(let b, let second)):
            guard a == b, first.count == second.count else { return false }
            for (a, b) in zip(first, second) where !fits(a, b) { return false }
            return true
        default: return type == target
        }
    }

    private enum Binding { case bound, conflict, cyclic }

    private mutating func bind(_ name: String, to type: CELType) -> Binding {
        if type == .parameter(name) { return .bound }
        if let substitute = known[name] {
            if substitute == type { return .bound }
            guard fits(type, substitute) else { return .conflict }
            let general = Self.isAtLeastAsGeneral(type, substitute) ? type : substitute
            if !mentions(general, name) { known[name] = general }
            return .bound
        }
        guard !mentions(type, name) else { return .cyclic }
        known[name] = type
        return .bound
    }

    private func mentions(_ type: CELType, _ name: String) -> Bool {
        switch type {
        case .parameter(let other): other == name || known[other].map { mentions($0, name) } ?? false
        case .list(let inner), .optional(let inner), .type(let inner): mentions(inner, name)
        case .map(let key, let value): mentions(key, name) || mentions(value, name)
        case .abstract(_, let parameters): parameters.contains { mentions($0, name) }
        default: false
        }
    }

    private static func isAtLeastAsGeneral(_ a: CELType, _ b: CELType) -> Bool {
        switch (a, b) {
        case (.dyn, _), (.parameter, _): true
        case (_, .dyn), (_, .parameter): false
        case (.list(let a), .list(let b)), (.optional(let a), .optional(let b)): isAtLeastAsGeneral(a, b)
        case (.map(let a, let c), .map(let b, let d)): isAtLeastAsGeneral(a, b) && isAtLeastAsGeneral(c, d)
        case (.abstract(let a, let first), .abstract(let b, let second)):
            a == b && first.count == second.count && zip(first, second).allSatisfy { isAtLeastAsGeneral($0, $1) }
        case (.type, .type): true
        default: a == b
        }
    }
}

extension CELType {
    /// Whether null may stand where this type is wanted.
    var isNullable: Bool {
        switch self {
        case .null, .dyn, .error, .timestamp, .duration, .object, .optional, .abstract: true
        default: false
        }
    }
}
