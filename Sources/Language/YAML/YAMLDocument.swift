import Yams

extension Code {
    package static let yamlSyntax = Code("TL101", "the file is not YAML")
    package static let duplicateKey = Code("TL102", "a key stands twice")
    package static let tooManyNodes = Code("TL103", "the file unfolds to too many nodes")
}

/// Reads one YAML document with exact positions. Anchors and aliases are allowed; the nodes that they unfold to are
/// counted, so that a small file cannot become a large one.
package enum YAMLDocument {
    /// More nodes than any honest file has, few enough to walk in milliseconds.
    package static let mostNodes = 200_000

    /// The root node, or nil with at least one diagnostic. An empty file is an empty mapping. Of a key that stands twice the
    /// first counts.
    package static func read(_ text: String, file: String, diagnostics: Diagnostics) -> YAMLNode? {
        let source = SourceText(file: file, text: text)
        diagnostics.note(source)
        do {
            guard let root = try Yams.compose(yaml: source.text) else {
                return YAMLNode(kind: .mapping([]), style: .other, source: source, line: 1, column: 1)
            }
            var converter = Converter(source: source, diagnostics: diagnostics)
            return converter.convert(root)
        } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
            return readWithout(keys, near: context.mark, source, diagnostics)
        } catch let error as YamlError {
            diagnostics.add(diagnostic(for: error, source: source))
        } catch {
            diagnostics.error(.yamlSyntax, at: Position(file: file, line: 1, column: 1), "\(error)")
        }
        return nil
    }

    private static func diagnostic(for error: YamlError, source: SourceText) -> Diagnostic {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let what = (context.map { $0.text + ", " } ?? "") + problem
            return Diagnostic(
                .yamlSyntax, at: place(of: mark, source),
                what.trimmingPrefix("error ").description)
        case .reader(let problem, let offset, _, _):
            // The library's own text quotes the line, which may hold anything.
            return Diagnostic(.yamlSyntax, at: source.position(ofByte: offset ?? 0), problem)
        default:
            return Diagnostic(.yamlSyntax, at: Position(file: source.file, line: 1, column: 1), "the file cannot be read as YAML")
        }
    }

    /// The end of the text is behind its last letter, not on a line that is not there.
    private static func place(of mark: Mark, _ source: SourceText) -> Position {
        guard mark.line > source.lines.count, let last = source.lines.last else {
            return Position(file: source.file, line: mark.line, column: mark.column)
        }
        return Position(file: source.file, line: source.lines.count, column: last.unicodeScalars.count + 1)
    }

    /// Yams tells where a mapping starts in which a key stands twice, and stops there.
    private static func readWithout(
        _ keys: [String], near mark: Mark, _ source: SourceText, _ diagnostics: Diagnostics
    ) -> YAMLNode? {
        guard let duplicates = DuplicateKeys(source.text, keys: keys) else {
            diagnostics.add(
                duplicate(keys.sorted().first ?? "", at: Position(file: source.file, line: mark.line, column: mark.column)))
            return nil
        }
        var converter = Converter(source: source, diagnostics: diagnostics, duplicates: duplicates)
        return converter.convert(duplicates.root)
    }

    fileprivate static func duplicate(_ key: String, at position: Position) -> Diagnostic {
        Diagnostic(.duplicateKey, at: position, "the key '\(key)' stands twice in one mapping", help: "keep one of them")
    }
}

/// Yams' tree becomes ours; aliases are followed, their nodes counted.
private struct Converter {
    let source: SourceText
    let diagnostics: Diagnostics
    /// Where keys stand twice.
    var duplicates: DuplicateKeys?
    var visited = 0

    mutating func convert(_ node: Node) -> YAMLNode? {
        visited += 1
        guard visited <= YAMLDocument.mostNodes else {
            if visited == YAMLDocument.mostNodes + 1 {
                diagnostics.error(
                    .tooManyNodes, at: position(of: node.mark),
                    "the file unfolds to more than \(YAMLDocument.mostNodes) nodes", help: "use fewer aliases")
            }
            return nil
        }
        switch node {
        case .scalar(let scalar):
            return make(.scalar(duplicates?.restored(scalar.string) ?? scalar.string), style(of: scalar.style), at: scalar.mark)
        case .sequence(let sequence):
            var children: [YAMLNode] = []
            for child in sequence {
                guard let child = convert(child) else { return nil }
                children.append(child)
            }
            return make(.sequence(children), .other, at: sequence.mark)
        case .mapping(let mapping):
            var entries: [YAMLNode.Entry] = []
            var seen: Set<String> = []
            for (key, value) in mapping {
                guard let key = convert(key), let value = convert(value) else { return nil }
                if duplicates != nil, let text = key.text, !seen.insert(text).inserted {
                    diagnostics.add(YAMLDocument.duplicate(text, at: key.position))
                    continue
                }
                entries.append(YAMLNode.Entry(key: key, value: value))
            }
            return make(.mapping(entries), .other, at: mapping.mark)
        case .alias(let alias):
            diagnostics.error(.yamlSyntax, at: position(of: alias.mark), "the alias names no anchor")
            return nil
        }
    }

    private func position(of mark: Mark?) -> Position {
        Position(file: source.file, line: mark?.line ?? 1, column: mark?.column ?? 1)
    }

    private func make(_ kind: YAMLNode.Kind, _ style: YAMLNode.Style, at mark: Mark?) -> YAMLNode {
        YAMLNode(kind: kind, style: style, source: source, line: mark?.line ?? 1, column: mark?.column ?? 1)
    }

    private func style(of style: Node.Scalar.Style) -> YAMLNode.Style {
        switch style {
        case .singleQuoted: .singleQuoted
        case .doubleQuoted: .doubleQuoted
        case .literal: .literal
        case .folded: .folded
        case .plain, .any: .plain
        }
    }
}
