/// Counts the rows of a page of lines while its bytes come, without reading them: lines that are not blank, those within
/// the quotes of CSV aside, and its header row.
struct RowCounter {
    private let isTable: Bool
    private var lines = 0
    private var isQuoted = false
    private var hasText = false

    init(_ format: PageFormat) { isTable = format == .csv }

    mutating func add(_ bytes: [UInt8]) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n"), !isQuoted {
                endLine()
            } else if byte > 0x20 || isTable && byte != UInt8(ascii: "\r") {
                hasText = true
                if byte == UInt8(ascii: "\""), isTable { isQuoted.toggle() }
            }
        }
    }

    /// How many rows there are; the last line needs no line end.
    mutating func finish() -> Int {
        endLine()
        return isTable ? max(0, lines - 1) : lines
    }

    private mutating func endLine() {
        if hasText { lines += 1 }
        hasText = false
    }
}
