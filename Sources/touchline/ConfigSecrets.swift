import Fetching
import Language

/// Finds the lines of a config that may hold a secret, which lint then does not repeat: a secret belongs in no log, also
/// where it should not have been written down.
struct ConfigSecrets {
    private let source: SourceText
    private let diagnostics: Diagnostics

    static func conceal(in file: DefinitionFile, _ diagnostics: Diagnostics) {
        let secrets = ConfigSecrets(source: SourceText(file: file.path, text: file.text), diagnostics: diagnostics)
        if let root = file.root(Diagnostics()) { secrets.conceal(below: root) } else { secrets.concealLikely() }
        let telling: Set<Code> = [.secretInURL, .literalSecret, .wrongAuth]
        for problem in diagnostics.sorted where problem.position.file == file.path && telling.contains(problem.code) {
            diagnostics.conceal(problem.position)
        }
    }

    private init(source: SourceText, diagnostics: Diagnostics) {
        self.source = source
        self.diagnostics = diagnostics
    }

    private func conceal(below node: YAMLNode) {
        switch node.kind {
        case .scalar: break
        case .sequence(let nodes): for node in nodes { conceal(below: node) }
        case .mapping(let entries):
            for entry in entries {
                if entry.key.text == "auth", holdsLiteral(entry.value) {
                    concealBlock(of: entry)
                } else {
                    conceal(below: entry.value)
                }
            }
        }
    }

    /// Whether anything stands below `auth` but names and references to where a secret is kept.
    private func holdsLiteral(_ node: YAMLNode) -> Bool {
        let open: Set<String> = ["env", "file", "user", "name", "scope", "client_id", "token_url"]
        switch node.kind {
        case .scalar: return !node.isNull
        case .sequence(let nodes): return nodes.contains(where: holdsLiteral)
        case .mapping(let entries):
            return entries.contains { entry in
                if open.contains(entry.key.text ?? ""), entry.value.text != nil { return false }
                return holdsLiteral(entry.value)
            }
        }
    }

    /// The line of the key and, where the value goes on, the lines that are indented deeper.
    private func concealBlock(of entry: YAMLNode.Entry) {
        diagnostics.conceal(entry.key.position)
        var line = entry.key.line + 1
        while line <= source.lines.count {
            let text = source.lines[line - 1]
            let indent = text.prefix { $0 == " " }.count
            guard indent == text.count || indent >= entry.key.column || line <= entry.value.line else { break }
            diagnostics.conceal(Position(file: source.file, line: line, column: 1))
            line += 1
        }
    }

    /// Where the file cannot be read as YAML: lines that look like it.
    private func concealLikely() {
        for (index, line) in source.lines.enumerated()
        where line.firstMatch(of: /(?i)(bearer|basic|password|secret|token|api_?key|auth|value)['"]?\s*[:=]|:\/\/[^\s\/]*@/)
            != nil
        {
            diagnostics.conceal(Position(file: source.file, line: index + 1, column: 1))
        }
    }
}
