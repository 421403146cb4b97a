import Language

/// A URL with expressions over a record in braces: `https://desk.example/tickets/{it.id}/audits`.
struct URLTemplate: Sendable {
    enum Part: Sendable {
        case text(String)
        case value(Expression)
    }

    /// Why a record has no URL.
    struct Fault: Error, Hashable {
        let message: String
    }

    let parts: [Part]

    /// What the expressions may name.
    static let environment = Environment([Environment.Variable("it", .dyn)])

    var hasValues: Bool {
        parts.contains { if case .value = $0 { true } else { false } }
    }

    /// The text before the first value.
    var head: String {
        if case .text(let text)? = parts.first { text } else { "" }
    }

    /// Nil, with diagnostics, where the text is none.
    static func load(_ node: YAMLNode, _ diagnostics: Diagnostics) -> URLTemplate? {
        guard let text = node.text else {
            diagnostics.error(.wrongShape, at: node.position, "'url' must be text, not \(node.summary)")
            return nil
        }
        var parts: [Part] = []
        var rest = Array(text.utf8)[...]
        while let start = rest.firstIndex(of: UInt8(ascii: "{")) {
            parts.append(.text(String(decoding: rest[..<start], as: UTF8.self)))
            guard let end = closing(rest[(start + 1)...]) else {
                diagnostics.error(
                    .badURL, at: node.position(atOffset: start), "'{' is never closed",
                    help: "write '{it.id}', or %7B for a brace")
                return nil
            }
            let expression = String(decoding: rest[(start + 1)..<end], as: UTF8.self)
            guard let value = compile(expression, at: start + 1, in: node, diagnostics) else { return nil }
            parts.append(.value(value))
            rest = rest[(end + 1)...]
        }
        if !rest.isEmpty { parts.append(.text(String(decoding: rest, as: UTF8.self))) }
        return URLTemplate(parts: parts)
    }

    private static func compile(
        _ text: String, at offset: Int, in node: YAMLNode, _ diagnostics: Diagnostics
    ) -> Expression? {
        if ["since", "until"].contains(text) {
            diagnostics.error(
                .sourceNotYet, at: node.position(atOffset: offset), "'{\(text)}' in the URL of a child is not supported yet")
            return nil
        }
        do throws(Expression.Problems) {
            return try Expression.compile(text, in: environment)
        } catch {
            for problem in error.all {
                diagnostics.error(
                    problem.code, at: node.position(atOffset: offset + problem.offset), problem.message, help: problem.help)
            }
            return nil
        }
    }

    /// The brace that ends an expression: not one within a text or within braces of the expression's own.
    private static func closing(_ text: ArraySlice<UInt8>) -> Int? {
        var depth = 0
        var quote: UInt8?
        var isEscaped = false
        for (index, byte) in zip(text.indices, text) {
            if let open = quote {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == open {
                    quote = nil
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\""): quote = byte
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}") where depth > 0: depth -= 1
            case UInt8(ascii: "}"): return index
            default: break
            }
        }
        return nil
    }

    /// The URL of a record, its values percent-encoded; nil where an expression gives `optional.none()`, which says on purpose
    /// that there is nothing to ask for. `text` makes what stands between the values part of the URL.
    func filled(with record: Value, text: (String) -> String = { $0 }) throws(Fault) -> String? {
        var bindings = Bindings(slots: 1)
        bindings[0] = record
        var url = ""
        for part in parts {
            switch part {
            case .text(let words): url += text(words)
            case .value(let expression):
                guard let value = try Self.text(of: expression, &bindings) else { return nil }
                url += percentEncoded(value)
            }
        }
        return url
    }

    private static func text(of expression: Expression, _ bindings: inout Bindings) throws(Fault) -> String? {
        bindings.renew()
        let value: Value
        do throws(EvaluationError) {
            value = try expression.evaluate(&bindings)
        } catch {
            throw Fault(message: "'{\(expression.text)}' cannot be told: \(error.message)")
        }
        guard let text = try text(of: value, expression) else { return nil }
        // As a segment of a path these would name another resource.
        guard !["", ".", ".."].contains(text) else {
            throw Fault(message: "'{\(expression.text)}' is '\(text)', which names nothing")
        }
        return text
    }

    private static func text(of value: Value, _ expression: Expression) throws(Fault) -> String? {
        switch value {
        case .string(let text): return text
        case .int(let number): return String(number)
        case .uint(let number): return String(number)
        case .optional(let optional):
            guard let inner = optional.value else { return nil }
            return try text(of: inner, expression)
        case .null: throw Fault(message: "'{\(expression.text)}' is null")
        default: throw Fault(message: "'{\(expression.text)}' is neither a text nor a whole number")
        }
    }
}
