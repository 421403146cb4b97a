import Foundation
import Language
import Testing

@testable import Fetching

/// Systems that want more than they were asked for: our files, our memory, our network.
struct HostileSourceTests {
    @Test(
        arguments: [
            "/etc/hostname", "../south/one.json", "x/../../south/one.json", "file:/etc/hostname", "file:///etc/hostname", "/",
            "..",
            "file:../south/one.json", "/dev/zero", "@/../south/one.json", "@south/one.json",
        ])
    func `a file names no page that is not beside it`(link: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hostile-\(UUID().uuidString)")
        let own = folder.appending(path: "north")
        for place in [own, folder.appending(path: "south"), folder.appending(path: "northsouth")] {
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try Data(#"{"tickets": ["another partner's"]}"#.utf8).write(to: place.appending(path: "one.json"))
        }
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("{\"next\": \"\(link.replacing("@", with: own.path))\"}".utf8).write(to: own.appending(path: "one.json"))
        #expect(try await outcome(of: own.path) == ["partial:foreign_origin", "1"])
    }

    @Test(arguments: ["two.json", "./two.json", "pages/two.json", "file:two.json", "@/two.json"])
    func `a file may name one beside it`(link: String) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hostile-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder.appending(path: "pages"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("{\"next\": \"\(link.replacing("@", with: folder.path))\"}".utf8).write(to: folder.appending(path: "one.json"))
        for name in ["two.json", "pages/two.json"] { try Data("{}".utf8).write(to: folder.appending(path: name)) }
        #expect(try await outcome(of: folder.path) == ["complete", "2"])
    }

    private func outcome(of folder: String) async throws -> [String] {
        let source = try FaultStage.source(
            "{id: a, url: 'file:\(folder)/one.json', format: json, page: {next_url: 'body.?next'}}")
        let puller = Puller(certificateAuthorities: nil, patience: .real)
        var pages = 0
        var said = ""
        for await event in puller.pull(source) {
            switch event {
            case .pageEnded: pages += 1
            case .ended(let outcome): said = outcome.name + (outcome.reason.map { ":" + $0.code } ?? "")
            default: break
            }
        }
        await puller.shutDown()
        return [said, "\(pages)"]
    }

    private static let long = String(repeating: "x", count: 20_000)
    private static let keys = "auth: {bearer: {env: TOKEN}}, limits: {retries: 0}"

    static let faults: [Fault] = [
        Fault(
            name: "a next link that is longer than any", keys: keys + ", page: {next_url: 'body.?next'}",
            outcome: "partial:bad_url",
            asked: 1, own: { _ in .answer("{\"next\": \"/two?c=\(long)\"}") }),
        Fault(
            name: "a cursor that is longer than any", keys: keys + ", page: {cursor: {param: c, from: 'body.?next'}}",
            outcome: "partial:bad_url", asked: 1, own: { _ in .answer("{\"next\": \"\(long)\"}") }),
        Fault(
            name: "a redirect that is longer than any", keys: keys, outcome: "failed:redirect", asked: 1,
            own: { _ in .redirect("/two?c=\(long)") }),
        Fault(
            name: "a next link as long as they may be", keys: keys + ", page: {next_url: 'body.?next'}", outcome: "complete",
            asked: 2,
            own: { $0.path == "/start" ? .answer("{\"next\": \"/two?c=\(long.prefix(15_000))\"}") : .answer("{}") }),
        Fault(
            name: "a refusal that draws on the terminal", keys: keys, outcome: "failed:http_status", asked: 1,
            own: { _ in .answer("\u{1B}]0;owned\u{7}\u{1B}[2Jno \u{202E}gnp.exe\u{9B}31m\\u001b[0m&#27;[1m", 403) }),
        Fault(
            name: "a refusal that speaks to who runs us", keys: keys, outcome: "failed:http_status", asked: 1,
            own: { _ in .answer("no\r::set-output name=x::y\n::error::z", 403) }),
    ]

    @Test(arguments: faults)
    func `what is asked for in vain has its outcome`(fault: Fault) async throws {
        let played = try await FaultStage.play(fault)
        #expect(played.message == played.message.printable)
        #expect(played.message.utf8.count < 2000)
    }
}
