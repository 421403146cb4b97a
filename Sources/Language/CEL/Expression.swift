/// A compiled expression: parsed, checked against an environment and turned into closures. Immutable and shared freely.
package final class Expression: Sendable {
    package let text: String
    /// The type that the checker deduced.
    package let type: CELType
    /// The parsed tree, macros unexpanded where that is what analysis wants to see.
    package let syntax: Syntax

    init(text: String, type: CELType, syntax: Syntax) {
        self.text = text
        self.type = type
        self.syntax = syntax
    }

    /// A mistake in an expression's text.
    package struct Problem: Error, Hashable, Sendable {
        package let code: Code
        /// UTF-8 offset into the text.
        package let offset: Int
        package let message: String
        package let help: String?
    }

    package struct Problems: Error { package let all: [Problem] }

    /// Compiles `text`; every problem at once where it is wrong. With `expecting`, a result that can never be of that
    /// type is a problem too (`dyn` fits everything and is checked when evaluated).
    package static func compile(
        _ text: String, in environment: Environment, expecting: CELType? = nil
    ) throws(Problems) -> Expression {
        throw Problems(all: [])
    }

    /// Compiles the expression in a YAML scalar. Problems become diagnostics that point into the scalar, and a plain
    /// scalar is one itself, since YAML cuts it silently; nil then.
    package static func compile(
        _ node: YAMLNode, in environment: Environment, expecting: CELType? = nil, diagnostics: Diagnostics
    ) -> Expression? {
        nil
    }

    package func evaluate(_ bindings: inout Bindings) throws(EvaluationError) -> Value {
        throw EvaluationError(.other, "not compiled")
    }

    /// Evaluates a condition; anything but a Boolean is an error.
    package func holds(_ bindings: inout Bindings) throws(EvaluationError) -> Bool {
        throw EvaluationError(.other, "not compiled")
    }

    /// A variable and the keys that follow it, where the whole expression is a plain path (`it.a.b`, `it["a b"].c`).
    package struct Path: Hashable, Sendable {
        package let variable: String
        package let keys: [String]
    }

    package var path: Path? { nil }
}

/// A node of a parsed expression.
package struct Syntax: Sendable {
    package indirect enum Kind: Sendable {
        case literal(Value)
        case identifier(String)
        /// `operand.field`, `operand.?field`
        case select(Syntax, field: String, optional: Bool)
        /// `has(operand.field)`
        case presence(Syntax, field: String)
        /// A function or operator (`_&&_`, `_==_`, `_[_]`, as cel-spec names them), with its receiver where it has one.
        case call(String, receiver: Syntax?, arguments: [Syntax])
        case list([Syntax], optional: Set<Int>)
        case map([(key: Syntax, value: Syntax, optional: Bool)])
        /// A macro before expansion, such as `exists` with its variables: kept for analysis and explanation.
        case macro(String, receiver: Syntax?, arguments: [Syntax])
    }

    package let kind: Kind
    /// UTF-8 offset into the text.
    package let offset: Int
}
