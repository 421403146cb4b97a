import Testing

@testable import Timelines

struct ActivityTableTests {
    @Test func `a name and its bytes have the same symbol`() {
        let names = (0..<500).map { "activity \($0 * 7919)" } + ["", "é", "a"]
        let table = ActivityTable(names + names)
        for name in names + ["unheard of", "activity"] {
            let symbol = Array(name.utf8).withUnsafeBufferPointer { table.symbol(utf8: $0) }
            #expect(symbol == table.symbol(of: name))
            #expect(symbol == ActivityTable.unknown || table.names[Int(symbol)] == name)
        }
        #expect(table.symbol(of: "a") != ActivityTable.unknown)
        #expect(table.symbol(of: "unheard of") == ActivityTable.unknown)
    }
}
