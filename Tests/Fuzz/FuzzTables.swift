import Fetching
import Language
import Timelines

/// Any bytes as CSV: they are a table or end at a line that is told, and however they are cut the same comes of them. What is
/// read, written again with every field in quotes, is read as the same.
enum TableFuzzer {
    private struct Table: Equatable {
        var names: [String] = []
        var rows: [[[UInt8]]] = []
        var fault: CSVError?
    }

    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        let whole = read(Array(bytes), chunk: bytes.count)
        for chunk in [1, 2, 13] {
            let cut = read(Array(bytes), chunk: chunk)
            precondition(whole == cut, "chunks of \(chunk) make \(cut) of \(whole)")
        }
        let lines = bytes.reduce(1) { $0 + ($1 == UInt8(ascii: "\n") || $1 == UInt8(ascii: "\r") ? 1 : 0) }
        if let fault = whole.fault {
            precondition((1...lines).contains(fault.line) && !fault.message.isEmpty, "line \(fault.line) of \(lines)")
            return
        }
        precondition(whole.rows.allSatisfy { $0.count == whole.names.count }, "a row has other columns than its header")
        guard !whole.names.isEmpty, whole.names.allSatisfy({ !$0.unicodeScalars.contains("\u{FFFD}") }) else { return }
        let again = read(written(whole), chunk: 1 << 20)
        precondition(again == whole, "\(whole) is written and read as \(again)")
    }

    private static func written(_ table: Table) -> [UInt8] {
        var bytes: [UInt8] = []
        for row in [table.names.map { Array($0.utf8) }] + table.rows {
            for (column, field) in row.enumerated() {
                if column > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes.append(UInt8(ascii: "\""))
                for byte in field {
                    if byte == UInt8(ascii: "\"") { bytes.append(byte) }
                    bytes.append(byte)
                }
                bytes.append(UInt8(ascii: "\""))
            }
            bytes += "\r\n".utf8
        }
        return bytes
    }

    private static func read(_ bytes: [UInt8], chunk: Int) -> Table {
        var scanner = CSVScanner()
        var table = Table()
        do throws(CSVError) {
            for start in stride(from: 0, to: bytes.count, by: max(1, chunk)) {
                try push(Array(bytes[start..<min(bytes.count, start + chunk)]), to: &scanner)
            }
            try scanner.finish()
        } catch {
            table.fault = error
        }
        take(&scanner, &table)
        return table
    }

    private static func push(_ chunk: [UInt8], to scanner: inout CSVScanner) throws(CSVError) {
        let result = chunk.withUnsafeBufferPointer { bytes -> Result<Void, CSVError> in
            do throws(CSVError) {
                return .success(try scanner.push(bytes))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    private static func take(_ scanner: inout CSVScanner, _ table: inout Table) {
        do throws(CSVError) {
            if let block = try scanner.takeBlock() {
                for row in block.rows.indices {
                    table.rows.append(
                        block.headers[block.rows[row].header].names.indices.map { Array(block.field($0, ofRow: row)) })
                }
            }
        } catch {
            table.fault = table.fault ?? error
        }
        table.names = scanner.header?.names ?? []
    }
}

/// What libFuzzer calls with one input after the other.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    TableFuzzer.run(UnsafeBufferPointer(start: start, count: count))
    return 0
}
