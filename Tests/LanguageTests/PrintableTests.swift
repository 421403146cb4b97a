import Testing

@testable import Language

/// Texts of other people, on a terminal and in JSON.
struct PrintableTests {
    @Test(arguments: [
        ("plain é€😀 漢字", "plain é€😀 漢字"), ("a\u{202E}b", #"a\u{202E}b"#), ("\u{1B}[31mred", #"\u{1B}[31mred"#),
        ("a\r\nb\tc", #"a\u{D}\u{A}b\u{9}c"#), ("\u{9B}2J", #"\u{9B}2J"#),
        ("\u{200B}\u{2066}x\u{2069}", #"\u{200B}\u{2066}x\u{2069}"#),
        ("\u{FEFF}\u{2028}\u{7F}\u{0}", #"\u{FEFF}\u{2028}\u{7F}\u{0}"#), ("\u{E0041}", #"\u{E0041}"#), ("", ""),
    ])
    func `a line steers no terminal`(text: String, shown: String) { #expect(text.printable == shown) }

    @Test func `many lines stay lines`() {
        #expect("a\n\tb\u{1B}c\r\n".printableLines == "a\n\tb\\u{1B}c\\u{D}\n")
    }

    @Test(arguments: [
        ("a\u{202E}b", #""a\u202eb""#), ("\u{9B}2J\u{7F}", #""\u009b2J\u007f""#),
        ("\u{200F}\u{2028}\u{FEFF}\u{61C}", #""\u200f\u2028\ufeff\u061c""#),
        ("é€😀 漢字 · \u{A0}x \u{600}\u{2010}\u{E2}", "\"é€😀 漢字 · \u{A0}x \u{600}\u{2010}\u{E2}\""),
        ("12345678\u{202E}12345678", #""12345678\u202e12345678""#),
        ("1234567\u{202E}", #""1234567\u202e""#), ("\"\\\u{1}é", #""\"\\\u0001é""#),
    ])
    func `in JSON what steers is escaped, and read again as it was`(text: String, json: String) throws {
        var writer = JSONWriter()
        writer.string(text)
        #expect(writer.text == json)
        #expect(try JSONDocument(parsing: Array(writer.text.utf8)).root.string == text)
    }
}
