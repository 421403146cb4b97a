import Yams

/// Finds every key that stands twice in a mapping, where the parser gives up at the first and names the mapping alone.
///
/// Each place where such a key may stand gets a first letter of its own, from a part of Unicode that nobody uses. Then
/// nothing stands twice, the text can be read, and the keys that mean the same give their places.
struct DuplicateKeys {
    /// The document, whose texts are those of the file once more after `restored`.
    let root: Node
    /// The letter that was there, by the one that took its place.
    private let letters: [Unicode.Scalar: Unicode.Scalar]

    private static let first: UInt32 = 0xF_0000
    private static let most = 60_000

    /// Nil where the text cannot be read for another reason, or has letters of that part itself.
    init?(_ text: String, keys: [String]) {
        guard !text.unicodeScalars.contains(where: { $0.value >= Self.first }) else { return nil }
        var names = Set(keys)
        for _ in 0..<64 {
            guard let (marked, letters) = Self.marked(text, names) else { return nil }
            do {
                guard let root = try Yams.compose(yaml: marked) else { return nil }
                (self.root, self.letters) = (root, letters)
                return
            } catch YamlError.duplicatedKeysInMapping(let more, _) {
                let before = names.count
                names.formUnion(more)
                if names.count == before { return nil }
            } catch {
                return nil
            }
        }
        return nil
    }

    /// Marks what looks like one of the keys: its text before a colon, blanks and a quote aside.
    private static func marked(_ text: String, _ names: Set<String>) -> (String, [Unicode.Scalar: Unicode.Scalar])? {
        let scalars = Array(text.unicodeScalars)
        let keys = names.filter { !$0.isEmpty }.map { Array($0.unicodeScalars) }.sorted { $0.count > $1.count }
        var marks: [Int: Unicode.Scalar] = [:]
        var letters: [Unicode.Scalar: Unicode.Scalar] = [:]
        for index in scalars.indices where index == 0 || isBoundary(scalars[index - 1]) {
            for key in keys where scalars[index...].starts(with: key) {
                var end = index + key.count
                while end < scalars.count, " \t'\"".unicodeScalars.contains(scalars[end]) { end += 1 }
                guard end < scalars.count, scalars[end] == ":" else { continue }
                guard letters.count < most, let mark = Unicode.Scalar(first + UInt32(letters.count)) else { return nil }
                marks[index] = mark
                letters[mark] = scalars[index]
                break
            }
        }
        var marked = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() { marked.append(marks[index] ?? scalar) }
        return (String(marked), letters)
    }

    private static func isBoundary(_ scalar: Unicode.Scalar) -> Bool { " \t\r\n'\"{,?-".unicodeScalars.contains(scalar) }

    /// A text as the file has it.
    func restored(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { letters[$0] != nil }) else { return text }
        var restored = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { restored.append(letters[scalar] ?? scalar) }
        return String(restored)
    }
}
