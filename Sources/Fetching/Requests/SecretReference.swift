import Foundation
package import Language

extension Code {
    package static let literalSecret = Code("TL156", "a secret stands in the config")
    package static let missingSecret = Code("TL157", "a secret is not there")
    package static let wrongAuth = Code("TL158", "a source cannot say who it is in this way")
}

/// Where a secret is kept: `{env: NAME}` or `{file: PATH}`. The config holds no secret, so neither does what is read of it.
struct SecretReference: Hashable, Sendable {
    enum Place: Hashable, Sendable {
        case environment(String)
        /// The path of a file, whose last line end is not part of the secret.
        case file(String)
    }

    let place: Place
    let position: Position
    /// What is said of the place: its name, where that looks like one. Somebody may have put the secret itself there.
    let what: String

    init(_ place: Place, written: String, position: Position) {
        self.place = place
        self.position = position
        what =
            switch place {
            case .environment:
                Self.looksLikeVariable(written)
                    ? "the environment variable '\(written)'"
                    : "the environment variable that 'env' names (no name in capitals, so it is not shown)"
            case .file(let path): Self.looksLikePath(written) ? "the file '\(path)'" : "the file that is named here"
            }
    }

    /// `NORTHWIND_TOKEN`: words in capitals.
    private static func looksLikeVariable(_ name: String) -> Bool {
        name.utf8.allSatisfy { ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == UInt8(ascii: "_") }
            && name.split(separator: "_").allSatisfy { !RefusalText.looksRandom(String($0)) && $0.utf8.count <= 24 }
    }

    private static func looksLikePath(_ path: String) -> Bool {
        let parts = path.split { "/._- ".contains($0) }
        return (path.contains("/") || path.contains("."))
            && path.unicodeScalars.allSatisfy {
                $0.value >= 0x80 || $0.properties.isAlphabetic || "0123456789/._-~ ".unicodeScalars.contains($0)
            }
            && parts.allSatisfy { !RefusalText.looksRandom(String($0)) }
    }

    /// Reads the secret at a key; nil, with a diagnostic, where it is no reference. A literal secret is not repeated.
    static func load(_ key: String, of mapping: inout YAMLMapping, folder: String) -> SecretReference? {
        mapping.required(key).flatMap { load($0, key, folder: folder, mapping.diagnostics) }
    }

    static func load(_ node: YAMLNode, _ key: String, folder: String, _ diagnostics: Diagnostics) -> SecretReference? {
        guard case .mapping = node.kind, var keys = YAMLMapping(node, "'\(key)'", diagnostics) else {
            diagnostics.error(
                .literalSecret, at: node.position, "'\(key)' is a secret and must not stand in the config",
                help: "write '{env: NAME}' or '{file: PATH}'")
            return nil
        }
        let name = keys.text("env")
        let path = keys.text("file")
        keys.finish(hidingKeys: true)
        switch (name, path) {
        case (let name?, nil) where !name.isEmpty:
            return SecretReference(.environment(name), written: name, position: node.position)
        case (nil, let path?) where !path.isEmpty:
            let isWhole = path.hasPrefix("/") || folder == "."
            return SecretReference(.file(isWhole ? path : folder + "/" + path), written: path, position: node.position)
        default:
            diagnostics.error(
                .wrongAuth, at: node.position, "'\(key)' needs exactly one of 'env' and 'file'",
                help: "write '{env: NAME}' or '{file: PATH}'")
            return nil
        }
    }

    /// Fetches the secret; nil, with a diagnostic that does not repeat it, where it is absent, empty, or no single line.
    func resolve(_ environment: [String: String], _ diagnostics: Diagnostics, manyLines: Bool = false) -> Secret? {
        let found: String?
        switch place {
        case .environment(let name):
            found = environment[name]
            if found == nil { diagnostics.error(.missingSecret, at: position, "\(what) is not set") }
        case .file(let path):
            found = FileManager.default.contents(atPath: path).flatMap { String(validating: $0, as: UTF8.self) }
            if found == nil { diagnostics.error(.missingSecret, at: position, "\(what) cannot be read as text") }
        }
        guard var text = found else { return nil }
        if case .file = place, !manyLines { text = Self.withoutLineEnd(text) }
        if text.isEmpty {
            diagnostics.error(.missingSecret, at: position, "\(what) is empty")
            return nil
        }
        // A line end would begin another header.
        if !manyLines, text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            diagnostics.error(.missingSecret, at: position, "\(what) holds a line end or another control character")
            return nil
        }
        return Secret(text)
    }

    private static func withoutLineEnd(_ text: String) -> String {
        var bytes = Array(text.utf8)
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }
}
