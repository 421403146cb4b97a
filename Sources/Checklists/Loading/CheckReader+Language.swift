import Language

/// The template about what events say.
extension CheckReader {
    func plainLanguage(_ node: YAMLNode) -> (any Machine)? {
        guard var mapping = parts(node, "plain_language") else { return nil }
        let event = mapping.required("event").flatMap { self.event($0) }
        let text = mapping.node("text").map { saidText($0) } ?? (try? Expression.compile("event.text", in: Names.ofEvent))
        let glossary = mapping.texts("glossary")
        let mostNode = mapping.node("at_most")
        let atMost = mapping.int("at_most")
        close(&mapping)
        guard let event, let text, mostNode == nil || atMost != nil else { return nil }
        return PlainLanguage(
            event: event, text: text, abbreviations: Abbreviations(glossary: glossary), atMost: atMost ?? 0)
    }

    /// An expression that gives a text, or an optional one.
    private func saidText(_ node: YAMLNode) -> Expression? {
        guard let text = expression(node, Names.ofEvent) else { return nil }
        switch text.type {
        case .string, .dyn, .null, .optional(.string), .optional(.dyn): return text
        default:
            diagnostics.error(
                .typeMismatch, at: node.position, "'text' must be string, not \(text.type)", help: "string(…) makes text of it")
            return nil
        }
    }
}
