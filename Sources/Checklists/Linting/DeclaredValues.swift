import Language

/// Finds literals that a field is compared with and that are none of its declared values: `severity == "S11"`.
struct DeclaredValues {
    private let reader: FormulaReader
    private let isEmpty: Bool

    init(_ values: [String: [String]]) {
        reader = FormulaReader(values: values, environment: Environment([]))
        isEmpty = values.isEmpty
    }

    func check(_ expression: Expression, at node: YAMLNode, _ diagnostics: Diagnostics) {
        for part in expression.syntax.descendants {
            guard case .call(let name, nil, let operands) = part.kind, operands.count == 2 else { continue }
            switch name {
            case "_==_", "_!=_":
                check(operands[0], [operands[1]], node, diagnostics)
                check(operands[1], [operands[0]], node, diagnostics)
            case "@in":
                if case .list(let elements, _) = operands[1].kind { check(operands[0], elements, node, diagnostics) }
            case "_[_]":
                if case .map(let entries) = operands[0].kind { check(operands[1], entries.map(\.key), node, diagnostics) }
            default: break
            }
        }
    }

    private func check(_ term: Syntax, _ others: [Syntax], _ node: YAMLNode, _ diagnostics: Diagnostics) {
        guard let field = FormulaReader.field(term), let declared = reader.declared(field) else { return }
        for other in others {
            guard let literal = other.asLiteral, let text = Self.text(literal), !declared.contains(text) else { continue }
            diagnostics.error(
                .unknownValue, at: node.position(atOffset: other.start), "'\(text)' is no declared value of '\(field)'",
                help: didYouMean(text, among: declared))
        }
    }

    private static func text(_ literal: Value) -> String? {
        switch literal {
        case .string(let text): text
        case .int(let number): String(number)
        case .bool(let flag): flag ? "true" : "false"
        default: nil
        }
    }
}
