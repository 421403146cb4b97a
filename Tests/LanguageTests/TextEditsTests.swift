import Language
import Testing

/// Fixes in a text, and what changed as a diff.
struct TextEditsTests {
    private func edited(_ text: String, _ fixes: [(Int, Int, String, String)]) -> String {
        var edits = TextEdits(text)
        edits.make(fixes.map { Fix(at: Position(file: "f", line: $0.0, column: $0.1), $0.2, to: $0.3) })
        return edits.text
    }

    @Test func `only the words of the fixes change`() {
        #expect(edited("a: 1\nbb: 2 # so\n", [(2, 1, "bb", "c")]) == "a: 1\nc: 2 # so\n")
        #expect(edited("a: x, b: y", [(1, 4, "x", "'x'"), (1, 10, "y", "'y'")]) == "a: 'x', b: 'y'")
        #expect(edited("\u{FEFF}é: x\r\nb: 日 y\r\n", [(1, 1, "é", "e"), (2, 6, "y", "z")]) == "\u{FEFF}e: x\r\nb: 日 z\r\n")
        #expect(edited("a: 1\rb: 2", [(2, 1, "b", "c")]) == "a: 1\rc: 2")
    }

    @Test func `a fix whose words are not there is left out`() {
        #expect(edited("a: 1\n", [(1, 1, "b", "c"), (3, 1, "a", "c"), (1, 40, "a", "c")]) == "a: 1\n")
        // The same words twice are changed once.
        #expect(edited("ab: 1\n", [(1, 1, "ab", "c"), (1, 1, "ab", "c")]) == "c: 1\n")
    }

    @Test func `a diff shows three lines around what changed, and joins what is near`() {
        let old = (1...20).map { "line \($0)\n" }.joined()
        let new = old.replacing("line 2\n", with: "two\n").replacing("line 6\n", with: "six\n").replacing(
            "line 20\n", with: "end\n")
        #expect(
            UnifiedDiff.lines(from: old, to: new, file: "f") { _ in false } == [
                "--- a/f", "+++ b/f", "@@ -1,9 +1,9 @@", " line 1", "-line 2", "+two", " line 3", " line 4", " line 5", "-line 6",
                "+six", " line 7", " line 8", " line 9", "@@ -17,4 +17,4 @@", " line 17", " line 18", " line 19", "-line 20",
                "+end",
            ])
        #expect(
            UnifiedDiff.lines(from: "a\r\nb", to: "a\r\nc", file: "f") { $0 == 1 } == [
                "--- a/f", "+++ b/f", "@@ -1,2 +1,2 @@", " (not shown: the line may hold a secret)", "-b",
                "\\ No newline at end of file", "+c", "\\ No newline at end of file",
            ])
        #expect(UnifiedDiff.lines(from: old, to: old, file: "f") { _ in false }.isEmpty)
    }
}
