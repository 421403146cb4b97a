/// The texts of events that no checklist can read, told from what the checklists' files say at all: what nobody reads need
/// not be made for every event of an audit.
///
/// It only finds what is beyond doubt. A field's name that stands anywhere, an event that is named as a whole, the list of
/// all events, or an escape that might hide any of these, and nothing is left out.
package enum UnreadFields {
    private static let names = ["channel", "text"]

    package static func find(in checklists: [String]) -> Set<String> {
        let words = checklists.map { Array($0.utf8).split { !isLetter($0) } }
        guard !checklists.contains(where: { $0.utf8.contains(UInt8(ascii: "\\")) || namesWhole($0) }) else { return [] }
        func stands(_ name: String) -> Bool {
            words.contains { $0.contains { $0.elementsEqual(name.utf8) } }
        }
        // The template asks for the text where nobody says what it asks for.
        if stands("events") || stands("plain_language") { return [] }
        return Set(names.filter { !stands($0) })
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || byte >= 0x80 || (byte | 0x20) &- 97 < 26 || byte &- 48 < 10
    }

    /// An event that stands for itself and not for one of its fields; as a key of YAML it is none.
    private static func namesWhole(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        for name in ["event", "next", "activation"] {
            let word = Array(name.utf8)
            for start in bytes.indices where bytes[start...].starts(with: word) {
                let end = start + word.count
                if start > 0, isLetter(bytes[start - 1]) { continue }
                if end < bytes.count, isLetter(bytes[end]) { continue }
                guard end < bytes.count, bytes[end] == UInt8(ascii: ".") || bytes[end] == UInt8(ascii: ":") else { return true }
            }
        }
        return false
    }
}
