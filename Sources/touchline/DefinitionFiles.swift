import Foundation
import Language

/// A YAML file that somebody wrote for touchline: a config, a checklist, tests, or a list of partners.
struct DefinitionFile {
    enum Kind: String, CaseIterable {
        case config = "config/1"
        case checklist = "checklist/1"
        case tests = "tests/1"
        case partners = "partners/1"
    }

    /// As people named it, for messages.
    let path: String
    let text: String

    init(path: String, text: String) {
        self.path = path
        self.text = text
    }

    /// Nil, with a diagnostic, where the file cannot be read; at `namedAt` where another file names it.
    init?(path: String, diagnostics: Diagnostics, namedAt: Position? = nil) {
        let position = namedAt ?? Position(file: path, line: 1, column: 1)
        guard let data = FileManager.default.contents(atPath: path) else {
            diagnostics.error(.unreadableFile, at: position, "'\(path)' cannot be read")
            return nil
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            diagnostics.error(.unreadableFile, at: position, "'\(path)' is not UTF-8")
            return nil
        }
        self.path = path
        self.text = text
    }

    func root(_ diagnostics: Diagnostics) -> YAMLNode? {
        YAMLDocument.read(text, file: path, diagnostics: diagnostics)
    }

    /// What the file says that it is, by its key `touchline`; nil for a YAML file of somebody else's.
    func kind(_ diagnostics: Diagnostics) -> Kind? {
        guard let root = root(diagnostics), case .mapping(let entries) = root.kind,
            let name = entries.first(where: { $0.key.text == "touchline" })?.value
        else { return nil }
        if let kind = name.text.flatMap(Kind.init(rawValue:)) { return kind }
        diagnostics.error(
            .wrongVersion, at: name.position, "'touchline: \(name.text ?? "")' is no kind of file",
            help: didYouMean(name.text ?? "", among: Kind.allCases.map(\.rawValue)))
        return nil
    }
}

/// The definition files below some paths.
enum DefinitionFiles {
    /// Files as named, folders searched to the bottom for `.yaml` and `.yml`, in the order of their paths. Hidden folders
    /// are left out. A path that is not there is a diagnostic.
    static func find(in paths: [String], diagnostics: Diagnostics, namedAt: Position? = nil) -> [DefinitionFile] {
        paths.flatMap { path -> [DefinitionFile] in
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                diagnostics.error(
                    .unreadableFile, at: namedAt ?? Position(file: path, line: 1, column: 1),
                    "there is no file or folder '\(path)'")
                return []
            }
            let names = isFolder.boolValue ? yamlFiles(below: path) : [path]
            return names.compactMap {
                DefinitionFile(path: $0, diagnostics: diagnostics, namedAt: isFolder.boolValue ? nil : namedAt)
            }
        }
    }

    private static func yamlFiles(below folder: String) -> [String] {
        let base = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        let found = FileManager.default.enumerator(atPath: base)?.compactMap { $0 as? String } ?? []
        return found.filter { path in
            let isYAML = path.hasSuffix(".yaml") || path.hasSuffix(".yml")
            return isYAML && !path.split(separator: "/").contains { $0.hasPrefix(".") }
        }.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }.map { base == "." ? $0 : base + "/" + $0 }
    }
}
