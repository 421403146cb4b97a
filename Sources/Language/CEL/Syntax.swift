/// A node of a parsed expression. Macros stay as they were written: analysis and explanations want to see them so.
package struct Syntax: Sendable {
    package indirect enum Kind: Sendable {
        case literal(Value)
        /// A leading dot (`.name`, resolved outside every container) is kept in the name.
        case identifier(String)
        /// `operand.field`, `operand.?field`
        case select(Syntax, field: String, optional: Bool)
        /// `has(operand.field)`
        case presence(Syntax, field: String)
        /// A function or operator (`_&&_`, `_==_`, `_[_]`, as cel-spec names them), with its receiver where it has one.
        case call(String, receiver: Syntax?, arguments: [Syntax])
        case list([Syntax], optional: Set<Int>)
        case map([(key: Syntax, value: Syntax, optional: Bool)])
        /// A macro before expansion, such as `exists` with its variables; `cel.bind` and `has` of a bare name too.
        case macro(String, receiver: Syntax?, arguments: [Syntax])
    }

    package let kind: Kind
    /// UTF-8 offset into the text: of the operator, of the name of a field or function, else of the first letter.
    package let offset: Int
    /// How many nodes lie on the longest way down, this one included.
    let depth: Int

    package init(_ kind: Kind, offset: Int) {
        self.kind = kind
        self.offset = offset
        depth = 1 + (Self.parts(of: kind).map(\.depth).max() ?? 0)
    }

    /// The nodes directly below this one, in the order of the text.
    package var parts: [Syntax] { Self.parts(of: kind) }

    private static func parts(of kind: Kind) -> [Syntax] {
        switch kind {
        case .literal, .identifier: []
        case .select(let operand, _, _), .presence(let operand, _): [operand]
        case .call(_, let receiver, let arguments), .macro(_, let receiver, let arguments):
            (receiver.map { [$0] } ?? []) + arguments
        case .list(let elements, _): elements
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        }
    }
}

extension Syntax {
    /// The operands of the `&&`s at the top, in the order of the text; the expression itself where there is none.
    package var conjuncts: [Syntax] {
        guard case .call("_&&_", nil, let operands) = kind else { return [self] }
        return operands.flatMap(\.conjuncts)
    }

    /// The variable and keys of a plain path: `it.a.b`, `it["a b"].c`.
    package var asPath: Expression.Path? {
        switch kind {
        case .identifier(let name): return Expression.Path(variable: name, keys: [])
        case .select(let operand, let field, false):
            return operand.asPath.map { Expression.Path(variable: $0.variable, keys: $0.keys + [field]) }
        case .call("_[_]", nil, let arguments):
            guard arguments.count == 2, let key = arguments[1].asString, let path = arguments[0].asPath else { return nil }
            return Expression.Path(variable: path.variable, keys: path.keys + [key])
        default: return nil
        }
    }

    /// The arguments of a call of that function, operator or macro; the receiver, where there is one, is the first.
    package func asCall(_ name: String) -> [Syntax]? {
        switch kind {
        case .call(name, let receiver, let arguments), .macro(name, let receiver, let arguments):
            (receiver.map { [$0] } ?? []) + arguments
        default: nil
        }
    }

    package var asLiteral: Value? {
        if case .literal(let value) = kind { value } else { nil }
    }

    /// The text of a string literal.
    package var asString: String? {
        if case .literal(.string(let text)) = kind { text } else { nil }
    }

    /// This node and all below it, in the order of the text.
    package var descendants: [Syntax] { [self] + parts.flatMap(\.descendants) }

    /// The offset of the first letter of the expression.
    package var start: Int { parts.reduce(offset) { min($0, $1.start) } }
}
