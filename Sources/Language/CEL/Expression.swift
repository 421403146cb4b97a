/// A compiled expression: parsed, checked against an environment and turned into closures. Immutable and shared freely.
///
/// Text becomes tokens (`Lexer`), a tree (`Parser`, `Syntax`), a tree with names and types resolved (`Checker`, `Plan`)
/// whose constant parts have their values (`Folder`), and closures (`Emitter`). Functions come from one table (`FunctionTable`) that the checker and the evaluator share.
package final class Expression: Sendable {
    package let text: String
    /// The type that the checker deduced.
    package let type: CELType
    /// The parsed tree, macros unexpanded: that is what analysis wants to see.
    package let syntax: Syntax

    /// The value of an expression that names nothing and has one.
    package let constant: Value?
    /// How many nodes are left to evaluate, but for those that a loop repeats.
    package let size: Int

    private let evaluator: Emitter.Evaluate
    private let condition: Emitter.Test
    private let frame: Int

    private init(_ text: String, _ syntax: Syntax, _ checker: Checker, _ result: Checker.Result) {
        self.text = text
        self.syntax = syntax
        type = checker.inference.resolved(result.type, open: false)
        frame = checker.frame
        var folder = Folder(frame: checker.frame)
        let plan = folder.fold(result.plan)
        constant = plan.constant
        size = plan.size
        evaluator = Emitter.evaluate(plan)
        condition = Emitter.test(plan)
    }

    /// A mistake in an expression's text.
    package struct Problem: Error, Hashable, Sendable {
        package let code: Code
        /// UTF-8 offset into the text.
        package let offset: Int
        package let message: String
        package let help: String?
    }

    package struct Problems: Error {
        /// In the order of the text.
        package let all: [Problem]
    }

    /// Compiles `text`; every problem at once where it is wrong. With `expecting`, a result that can never be of that
    /// type is a problem too (`dyn` fits everything and is checked when evaluated).
    package static func compile(
        _ text: String, in environment: Environment, expecting: CELType? = nil
    ) throws(Problems) -> Expression {
        try compile(parse(text, in: environment), text: text, in: environment, expecting: expecting)
    }

    /// Compiles a part of an expression on its own, such as one of its conjuncts; `text` is the whole expression.
    package static func compile(
        _ syntax: Syntax, text: String, in environment: Environment, expecting: CELType? = nil
    ) throws(Problems) -> Expression {
        var checker = Checker(environment, isChecking: true)
        let result = checker.check(syntax)
        if let expecting, checker.problems.isEmpty, !checker.inference.accept([result.type], where: [expecting]) {
            let type = checker.inference.resolved(result.type, open: false)
            checker.problems.append(
                Problem(
                    code: .typeMismatch, offset: syntax.start, message: "the expression must be \(expecting), not \(type)",
                    help: nil))
        }
        guard checker.problems.isEmpty else {
            throw Problems(
                all: checker.problems.enumerated().sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }.map(
                    \.element))
        }
        return Expression(text, syntax, checker, result)
    }

    /// Compiles without checking names and types: what is wrong fails when it is evaluated.
    package static func compileUnchecked(_ text: String, in environment: Environment) throws(Problems) -> Expression {
        let syntax = try parse(text, in: environment)
        var checker = Checker(environment, isChecking: false)
        let result = checker.check(syntax)
        return Expression(text, syntax, checker, result)
    }

    /// A reserved word is a name where the environment has something of that name.
    package static func parse(_ text: String, in environment: Environment? = nil) throws(Problems) -> Syntax {
        do throws(Problem) {
            return try Parser.parse(text, naming: environment?.reservedNames ?? [])
        } catch {
            throw Problems(all: [error])
        }
    }

    package func evaluate(_ bindings: inout Bindings) throws(EvaluationError) -> Value {
        bindings.grow(to: frame)
        return try evaluator(&bindings)
    }

    /// Evaluates a condition; anything but a Boolean is an error.
    package func holds(_ bindings: inout Bindings) throws(EvaluationError) -> Bool {
        bindings.grow(to: frame)
        return try condition(&bindings)
    }

    /// A variable and the keys that follow it, where the whole expression is a plain path (`it.a.b`, `it["a b"].c`).
    package struct Path: Hashable, Sendable {
        package let variable: String
        package let keys: [String]

        package init(variable: String, keys: [String]) {
            self.variable = variable
            self.keys = keys
        }
    }

    package var path: Path? { syntax.asPath }
}
