/// A row of the table of functions: what the checker resolves, the evaluator calls, and the reference prints.
package struct Function: Sendable {
    /// How it is computed. Operators are compiled in place.
    enum Body: Sendable {
        case compiled
        case constant(Value)
        case unary(@Sendable (Value) throws(EvaluationError) -> Value)
        case binary(@Sendable (Value, Value) throws(EvaluationError) -> Value)
        case ternary(@Sendable (Value, Value, Value) throws(EvaluationError) -> Value)
        case many(@Sendable ([Value]) throws(EvaluationError) -> Value)
        /// Declared so that expressions can be checked; it cannot be called.
        case unbound
    }

    /// One way to call a function; for a method the first parameter is the receiver.
    package struct Signature: Hashable, Sendable {
        package let parameters: [CELType]
        package let result: CELType

        package init(parameters: [CELType], result: CELType) {
            self.parameters = parameters
            self.result = result
        }

        /// Reads `(string, int) -> bool`; nil where it is not written so.
        package init?(_ text: String) {
            var reader = TypeReader(text: Array(text.utf8))
            guard let parameters = reader.list(), reader.accept(UInt8(ascii: " ")) || true, reader.accept(UInt8(ascii: "-")),
                reader.accept(UInt8(ascii: ">")), let result = reader.type(), reader.isAtEnd
            else { return nil }
            self.init(parameters: parameters, result: result)
        }
    }

    package let name: String
    /// Called on a value: `text.size()`.
    package let isMethod: Bool
    package let signatures: [Signature]
    /// One line for the reference.
    package let doc: String
    let body: Body

    package var arity: Int { signatures.first?.parameters.count ?? 0 }
    /// Written between or before its operands.
    package var isOperator: Bool { name.hasPrefix("_") || name.hasSuffix("_") || name == "@in" }

    init(_ name: String, method: Bool = false, _ signatures: String..., doc: String, _ body: Body) {
        self.name = name
        isMethod = method
        self.signatures = signatures.compactMap { Signature($0) }
        self.doc = doc
        self.body = body
        assert(self.signatures.count == signatures.count, "a signature of \(name) does not read")
    }

    /// A function that only the checker knows.
    package init(declared name: String, method: Bool, _ signatures: [Signature]) {
        self.name = name
        isMethod = method
        self.signatures = signatures
        doc = ""
        body = .unbound
    }

    /// Every way to call it, as people write it: `string.charAt(int) -> string`, `int + int -> int`.
    package var usages: [String] {
        signatures.map { signature in
            let parameters = signature.parameters.map(\.description)
            if isOperator { return "\(infix(parameters)) -> \(signature.result)" }
            guard isMethod else { return "\(name)(\(parameters.joined(separator: ", "))) -> \(signature.result)" }
            return "\(parameters[0]).\(name)(\(parameters.dropFirst().joined(separator: ", "))) -> \(signature.result)"
        }
    }

    /// The operator's name with its operands in place of the underscores.
    private func infix(_ operands: [String]) -> String {
        let isSpaced = !name.hasPrefix("_[") && operands.count > 1
        var words = (name == "@in" ? "_in_" : name).split(separator: "_", omittingEmptySubsequences: false).map(String.init)
        if isSpaced { for index in 1..<(words.count - 1) { words[index] = " \(words[index]) " } }
        var text = words[0]
        for (operand, word) in zip(operands, words.dropFirst()) { text += operand + word }
        return text
    }
}

/// All functions there are.
package enum FunctionTable {
    package static let all: [Function] = operators + conversions + texts + times + own + optionals + collections

    private static let byName: [String: [Function]] = Dictionary(grouping: all, by: \.name)

    static func named(_ name: String) -> [Function] { byName[name] ?? [] }

    static let functionNames: [String] = all.filter { !$0.isOperator && !$0.isMethod }.map(\.name)
    static let methodNames: [String] = all.filter(\.isMethod).map(\.name) + Macros.names
}
