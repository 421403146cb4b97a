import FlyingFox
import FlyingSocks
import Language
import Testing

@testable import Fetching

/// A reader that is slower than the partner: what waits for it is bounded.
struct PressureTests {
    /// A long body, which counts what was asked of it.
    private struct Flood: AsyncBufferedSequence {
        typealias Element = UInt8
        let size: Int
        let sent: Sent

        func makeAsyncIterator() -> Iterator { Iterator(left: size, sent: sent) }

        struct Iterator: AsyncBufferedIteratorProtocol {
            var left: Int
            let sent: Sent

            mutating func next() async throws -> UInt8? { try await nextBuffer(suggested: 1)?.first }

            mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
                guard left > 0 else { return nil }
                let piece = Swift.min(left, 1 << 18)
                left -= piece
                sent.bytes.withLock { $0 += piece }
                return [UInt8](repeating: UInt8(ascii: "x"), count: piece)
            }
        }
    }

    private final class Sent: Sendable {
        let bytes = Guarded(0)
    }

    @Test(arguments: [0, 3 << 20])
    func `no more than a megabyte, and what may lie ahead, waits for a slow reader`(most: Int) async throws {
        let size = 256 << 20
        let ahead = ReadAhead(bytes: most)
        let sent = Sent()
        try await LoopbackServer.serving { _ in
            HTTPResponse(statusCode: .ok, body: HTTPBodySequence(from: Flood(size: size, sent: sent), count: size))
        } _: { base in
            let loop = try #require(TransferLoop())
            let transfer = Transfer(
                Transfer.Request(
                    url: base + "/", connectTimeout: .seconds(10), stallTimeout: .seconds(30), mostBytes: size, readAhead: ahead))
            loop.start(transfer)
            #expect(try await transfer.head().status == 200)
            var taken = 0
            for _ in 0..<24 {
                // The loop has filled what it may, and nothing more comes until the reader takes some.
                let waiting = await transfer.waitingWhenHeldBack()
                #expect(waiting > most + Transfer.mostUnread / 2)
                #expect(waiting <= most + Transfer.mostUnread)
                taken += try await transfer.next { loop.resume(transfer) }?.count ?? 0
            }
            #expect(taken > 12 << 20)
            // Beyond what was taken only the system's own buffers are filled: the partner had to wait too.
            #expect(sent.bytes.withLock { $0 } < size / 2)
            loop.cancel(transfer)
            await loop.shutDown()
        }
        // A transfer that is given up keeps nothing of it.
        #expect(ahead.take(most))
        #expect(!ahead.take(1))
    }
}
