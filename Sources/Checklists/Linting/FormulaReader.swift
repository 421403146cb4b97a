import Language

/// Turns expressions into formulas. What it cannot take apart is a flag of its own, which may be true or not: so nothing is
/// called certain that is not.
struct FormulaReader {
    /// The values that a field is declared to have, by its path.
    let values: [String: [String]]
    let environment: Environment

    func formula(_ expression: Expression) -> Formula { formula(expression.syntax) }

    func formula(_ syntax: Syntax) -> Formula {
        if case .bool(let value)? = constant(syntax) { return .known(value) }
        switch syntax.kind {
        case .call("_&&_", nil, let parts): return .all(parts.map(formula))
        case .call("_||_", nil, let parts): return .any(parts.map(formula))
        case .call("!_", nil, let parts) where parts.count == 1: return .not(formula(parts[0]))
        case .call("_?_:_", nil, let parts) where parts.count == 3:
            return .either(formula(parts[0]), then: formula(parts[1]), otherwise: formula(parts[2]))
        case .call("@in", nil, let parts) where parts.count == 2:
            if let formula = membership(parts[0], parts[1]) { return formula }
        case .call(let name, nil, let parts) where parts.count == 2:
            if let comparison = Formula.Comparison(rawValue: name) { return compared(comparison, parts[0], parts[1], syntax) }
        default: break
        }
        return opaque(syntax)
    }

    /// The paths of fields by which values are declared: `event.actor.party` means the same of every event of a check.
    static func field(_ syntax: Syntax) -> String? {
        guard let path = syntax.asPath else { return nil }
        return ([path.variable] + path.keys).joined(separator: ".")
    }

    /// The declared values of a field; of `activation` and `next` those of `event`.
    func declared(_ field: String) -> [String]? {
        for name in ["activation", "next"] where field.hasPrefix(name + ".") {
            return declared("event." + field.dropFirst(name.count + 1))
        }
        return values[field] ?? (field == "event.actor.party" ? ["partner", "vendor", "customer"] : nil)
    }

    // MARK: Parts

    private func membership(_ element: Syntax, _ list: Syntax) -> Formula? {
        guard case .list(let elements, let optional) = list.kind, optional.isEmpty else { return nil }
        let texts = elements.compactMap(\.asString)
        if texts.count == elements.count, let field = Self.field(element) { return .leaf(.among(field: field, Set(texts))) }
        return .any(
            elements.map { one in
                let equal = Syntax(.call("_==_", receiver: nil, arguments: [element, one]), offset: list.offset)
                return compared(.equal, element, one, equal)
            })
    }

    private func compared(_ comparison: Formula.Comparison, _ a: Syntax, _ b: Syntax, _ whole: Syntax) -> Formula {
        if let value = constant(b) { return compared(comparison, a, value, whole) }
        if let value = constant(a) { return compared(comparison.flipped, b, value, whole) }
        let (left, right) = (a.normalText, b.normalText)
        if left == right { return .known(comparison.holds(0, 0)) }
        // What is written the other way round says the same.
        let pair = left < right ? "\(left) ? \(right)" : "\(right) ? \(left)"
        return .leaf(.ordered(pair: pair, left < right ? comparison : comparison.flipped))
    }

    private func compared(_ comparison: Formula.Comparison, _ term: Syntax, _ value: Value, _ whole: Syntax) -> Formula {
        switch value {
        case .string(let text):
            guard let field = Self.field(term), comparison == .equal || comparison == .unequal else { break }
            let equal = Formula.leaf(.among(field: field, [text]))
            return comparison == .equal ? equal : .not(equal)
        case .bool(let flag):
            guard comparison == .equal || comparison == .unequal else { break }
            return (comparison == .equal) == flag ? formula(term) : .not(formula(term))
        default:
            if let says = ofOneField(whole) { return says }
            guard let number = Self.number(value) else { break }
            if let leaf = ofDeclaredNumbers(comparison, term, number.value) { return .leaf(leaf) }
            return .leaf(
                .compares(
                    term: number.kind + term.normalText, isWhole: isWhole(term), atLeastZero: isSize(term), comparison,
                    number.value))
        }
        if comparison == .unequal {
            return .not(.leaf(.flag(whole.normalText.replacing("_!=_", with: "_==_", maxReplacements: 1))))
        }
        return opaque(whole)
    }

    /// A field whose declared values are all numbers.
    private func ofDeclaredNumbers(_ comparison: Formula.Comparison, _ term: Syntax, _ number: Double) -> Formula.Leaf? {
        guard let field = Self.field(term), let values = declared(field) else { return nil }
        let numbers = values.compactMap(Double.init)
        guard numbers.count == values.count else { return nil }
        if comparison == .equal, !numbers.contains(number) { return nil }
        let holding = zip(values, numbers).filter { comparison.holds($0.1, number) }.map(\.0)
        return .says(field: field, Set(holding))
    }

    /// Numbers, lengths of time in seconds and instants in seconds, told apart.
    private static func number(_ value: Value) -> (kind: String, value: Double)? {
        switch value {
        case .int(let number): ("#", Double(number))
        case .uint(let number): ("#", Double(number))
        case .double(let number): number.isFinite ? ("#", number) : nil
        case .duration(let length):
            ("length ", Double(length.components.seconds) + Double(length.components.attoseconds) * 1e-18)
        case .timestamp(let instant): ("instant ", Double(instant.seconds) + Double(instant.nanoseconds) * 1e-9)
        default: nil
        }
    }

    private func isSize(_ term: Syntax) -> Bool {
        if case .call("size", _, _) = term.kind { true } else { false }
    }

    private func isWhole(_ term: Syntax) -> Bool {
        let type = (try? Expression.compile(term, text: "", in: environment))?.type
        return type == .int || type == .uint
    }

    /// What an expression says that names one field alone whose values are declared is known for each of them.
    private func opaque(_ syntax: Syntax) -> Formula { ofOneField(syntax) ?? .leaf(.flag(syntax.normalText)) }

    private func ofOneField(_ syntax: Syntax) -> Formula? {
        guard let path = onlyPath(in: syntax) else { return nil }
        let field = ([path.variable] + path.keys).joined(separator: ".")
        guard let values = declared(field) else { return nil }
        var holds: Set<String> = []
        for value in values {
            guard case .bool(let truth)? = constant(syntax.replacing(path, with: .string(value))) else { return nil }
            if truth { holds.insert(value) }
        }
        return .leaf(.says(field: field, holds))
    }

    private func onlyPath(in syntax: Syntax) -> Expression.Path? {
        var paths: Set<Expression.Path> = []
        func collect(_ part: Syntax) -> Bool {
            if let path = part.asPath {
                paths.insert(path)
                return true
            }
            if case .macro = part.kind { return false }
            if case .presence = part.kind { return false }
            return part.parts.allSatisfy(collect)
        }
        return collect(syntax) && paths.count == 1 ? paths.first : nil
    }

    /// The value of an expression that names nothing.
    private func constant(_ syntax: Syntax) -> Value? {
        if let literal = syntax.asLiteral { return literal }
        if Self.namesSomething(syntax) { return nil }
        return (try? Expression.compile(syntax, text: "", in: environment))?.constant
    }

    private static func namesSomething(_ syntax: Syntax) -> Bool {
        switch syntax.kind {
        case .identifier, .macro: true
        default: syntax.parts.contains(where: namesSomething)
        }
    }
}
