import Foundation
import Language
import Testing

@testable import Fetching

/// One thing that goes wrong, and what must come of it. `@OWN@` and `@FOREIGN@` in texts are the addresses of two systems on
/// two ports; the source is the first one's.
struct Fault: Sendable, CustomTestStringConvertible {
    typealias Script = @Sendable (RawServer.Request) -> [RawServer.Step]

    let name: String
    /// Keys of the source beside id, url and format; flow style.
    var keys = ""
    var format = "json"
    /// Behind the source's address.
    var path = "/start"
    /// Outcome and reason code.
    let outcome: String
    /// How often each system was asked.
    var asked: Int?
    var foreign = 0
    /// Waits between tries, where they are told.
    var waits: [Duration]?
    let own: Script
    var elsewhere: Script = { _ in .answer("[]") }

    var testDescription: String { name }
}

/// Plays a fault: pulls a source that has secrets from systems that misbehave, and looks at every byte that left.
struct FaultStage {
    /// What came of it.
    struct Played {
        var outcome = ""
        var message = ""
        var bytes: [UInt8] = []
        var documents = 0
        var pages: [PageSummary] = []
        var ends = 0
        var own: [RawServer.Request] = []
        var foreign: [RawServer.Request] = []
        var waits: [Duration] = []
    }

    static let token = "zebra-crossing-77/+="
    static let password = "hunter two & three"
    static let environment = ["TOKEN": token, "PASSWORD": password, "SHORT": "q"]

    /// Waits take no time but count as time, and are whole: nothing is drawn by lot.
    private final class Clock: Sendable {
        let waits = Guarded<[Duration]>([])
        var patience: Patience {
            Patience(
                wait: { delay in self.waits.withLock { $0.append(delay) } },
                now: { self.waits.withLock { $0.reduce(.zero, +) } },
                date: { Instant(seconds: 1_780_000_000) }, random: { 0 })
        }
    }

    static func source(_ yaml: String, environment: [String: String] = environment) throws -> Source {
        let diagnostics = Diagnostics()
        let node = try #require(YAMLDocument.read(yaml, file: "f", diagnostics: diagnostics))
        var mapping = try #require(YAMLMapping(node, "a source", diagnostics))
        let source = try #require(Source.load(&mapping, configFolder: "."), "\(diagnostics.sorted)")
        mapping.finish()
        #expect(diagnostics.sorted.isEmpty, "\(diagnostics.sorted)")
        return try #require(source.unlocked(environment: environment, diagnostics: diagnostics), "\(diagnostics.sorted)")
    }

    /// Plays it, and says what every fault must hold: one end, no secret in what is said, none at a foreign system.
    static func play(_ fault: Fault, sourceLocation: SourceLocation = #_sourceLocation) async throws -> Played {
        let addresses = Guarded(("", ""))
        @Sendable func filled(_ steps: [RawServer.Step]) -> [RawServer.Step] {
            let (own, foreign) = addresses.withLock { $0 }
            return steps.map { step in
                guard case .send(let bytes) = step,
                    ["@OWN@", "@FOREIGN@"].contains(where: { bytes.firstRange(of: Array($0.utf8)) != nil })
                else { return step }
                let text = String(decoding: bytes, as: UTF8.self)
                    .replacing("@OWN@", with: own).replacing("@FOREIGN@", with: foreign)
                return .send(withLength(text))
            }
        }
        let own = try RawServer { filled(fault.own($0)) }
        let foreign = try RawServer { filled(fault.elsewhere($0)) }
        defer {
            own.stop()
            foreign.stop()
        }
        addresses.withLock { $0 = (own.base, foreign.base) }
        var played = Played()
        let clock = Clock()
        let puller = Puller(certificateAuthorities: nil, patience: clock.patience)
        let keys = fault.keys.replacing("@OWN@", with: own.base).replacing("@FOREIGN@", with: foreign.base)
        let yaml =
            "{id: a, url: '\(own.base)\(fault.path)', format: \(fault.format)" + (keys.isEmpty ? "" : ", " + keys) + "}"
        for await event in puller.pull(try source(yaml)) {
            switch event {
            case .page: played.documents += 1
            case .bytes(let bytes, _): played.bytes += bytes
            case .pageEnded(let page): played.pages.append(page)
            case .ended(let outcome):
                played.ends += 1
                played.outcome = outcome.name + (outcome.reason.map { ":" + $0.code } ?? "")
                played.message = outcome.reason?.message ?? ""
            }
        }
        await puller.shutDown()
        played.own = own.requests
        played.foreign = foreign.requests
        played.waits = clock.waits.withLock { $0 }
        check(played, fault, sourceLocation)
        return played
    }

    private static func check(_ played: Played, _ fault: Fault, _ sourceLocation: SourceLocation) {
        #expect(played.outcome == fault.outcome, "\(played.message)", sourceLocation: sourceLocation)
        #expect(played.ends == 1, sourceLocation: sourceLocation)
        #expect(played.foreign.count == fault.foreign, sourceLocation: sourceLocation)
        if let asked = fault.asked { #expect(played.own.count == asked, sourceLocation: sourceLocation) }
        if let waits = fault.waits { #expect(played.waits == waits, sourceLocation: sourceLocation) }
        for request in played.foreign {
            #expect(watch.find(in: request.raw) == nil, "a secret reached a foreign origin", sourceLocation: sourceLocation)
        }
        for text in [played.message] + played.pages.map(\.url) {
            #expect(watch.find(in: text) == nil, "a secret is said: \(text)", sourceLocation: sourceLocation)
        }
        #expect(!played.message.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }, sourceLocation: sourceLocation)
    }

    static let watch = SecretWatch(secrets: [token, password])

    /// An answer whose text has another length than its script thought.
    static func withLength(_ text: String) -> [UInt8] {
        guard let end = text.firstRange(of: "\r\n\r\n"), let name = text.firstRange(of: "Content-Length: ") else {
            return Array(text.utf8)
        }
        let digits = text[name.upperBound...].prefix { $0.isNumber }
        return Array((text[..<name.upperBound] + "\(text[end.upperBound...].utf8.count)" + text[digits.endIndex...]).utf8)
    }
}
