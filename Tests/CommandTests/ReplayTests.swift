import Foundation
import TestSupport
import Testing

/// An audit, and the same audit out of its snapshot.
struct ReplayTests {
    /// A copy of the demo, with the checklists where its config looks for them.
    private func demo() throws -> Workshop {
        let shop = try Workshop()
        let files = FileManager.default
        try files.createDirectory(atPath: shop.path + "/fixtures", withIntermediateDirectories: true)
        try files.copyItem(atPath: Checkout.folder + "/fixtures/demo", toPath: shop.path + "/fixtures/demo")
        try files.copyItem(atPath: Checkout.folder + "/checklists", toPath: shop.path + "/checklists")
        try? files.removeItem(atPath: shop.path + "/fixtures/demo/.touchline")
        return shop
    }

    @Test func `the demo replays to the same bytes in another folder, zone and locale, without its data`() async throws {
        let shop = try demo()
        let audited = try await Program.run(
            ["audit", "-c", "fixtures/demo/touchline.yaml", "--out", "first"], in: shop.path, environment: ["TZ": "UTC"])
        #expect(audited.code == 0, "\(audited.err)")
        let other = try Workshop()
        let files = FileManager.default
        try files.createDirectory(atPath: other.path + "/a/b/c", withIntermediateDirectories: true)
        try files.copyItem(atPath: shop.path + "/checklists", toPath: other.path + "/a/checklists")
        try files.copyItem(atPath: shop.path + "/fixtures/demo/touchline.yaml", toPath: other.path + "/a/b/c/touchline.yaml")
        try files.moveItem(atPath: shop.path + "/fixtures/demo/.touchline/snapshots", toPath: other.path + "/kept")
        let replayed = try await Program.run(
            ["audit", "--replay", other.path + "/kept", "--out", "second"], in: other.path + "/a/b/c",
            environment: ["TZ": "Asia/Kathmandu", "LC_ALL": "tr_TR.UTF-8", "LANG": "ar_EG"])
        #expect(replayed.code == 0, "\(replayed.err)")
        for name in ["audit.json", "verdicts.ndjson", "index.html", "partners/tasman.html"] {
            let first = try #require(shop.bytes("first/" + name), "\(name)")
            #expect(first == other.bytes("a/b/c/second/" + name), "\(name)")
        }
    }

    @Test func `a pull is judged later as of when it was pulled, and the sources left out stay out`() async throws {
        let shop = try demo()
        let config = "fixtures/demo/touchline.yaml"
        let pulled = try await Program.run(["pull", "-c", config, "--source", "tasman-export"], in: shop.path)
        #expect(pulled.code == 0, "\(pulled.err)")
        let name = try #require(pulled.out.split(separator: "\n").last?.split(separator: " ").last)
        #expect(pulled.out.contains("source 'tasman-export' is complete, 1 page"))
        #expect(pulled.out.contains("source 'northwind-desk' is not_attempted, 0 pages, 0 bytes: left_out:"))
        let audited = try await Program.run(["audit", "-c", config, "--replay", String(name), "--out", "out"], in: shop.path)
        #expect(audited.code == 0, "\(audited.err)")
        let sources = try #require(try shop.json("out/audit.json")["sources"] as? [[String: Any]])
        #expect(sources.map { $0["outcome"] as? String } == ["not_attempted", "not_attempted", "complete"])
        #expect(sources.map { ($0["reason"] as? String)?.hasPrefix("left_out:") } == [true, true, nil])
    }

    @Test(arguments: [
        "audits: {url: 'file:audits/{it.id}/list.json', records: 'body.audits'}",
        "audits: {url: 'file:all.ndjson', format: ndjson, key: 'it.ticket'}",
    ])
    func `what records have elsewhere is kept by pull and audit, and replayed`(children: String) async throws {
        let shop = try Workshop()
        let config = AuditTests.config([("north", "file:north.json")])
            .replacing("    map:\n", with: "    children: {\(children)}\n    map:\n").replacing("it.events", with: "it.audits")
        try shop.write("touchline.yaml", config)
        try shop.write("checklists/small.yaml", AuditTests.checklist)
        try shop.write("north.json", AuditTests.page((1...9).map { AuditTests.ticket($0) }))
        var rows = ""
        for id in 1...8 {
            let row = "{\"ticket\": \(id), \"at\": \"2026-01-05T09:0\(id):00Z\", \"what\": \"escalated\"}"
            try shop.write("audits/\(id)/list.json", "{\"audits\": [\(row)]}")
            rows += row + "\n"
        }
        // Of the last one there is no list of its own.
        try shop.write("all.ndjson", rows)
        let isEach = children.contains("{it.id}")
        let audited = try await Program.run(["audit", "--as-of", "2026-02-01T00:00:00Z", "--out", "first"], in: shop.path)
        #expect(audited.code == (isEach ? 3 : 0), "\(audited.err)")
        let pulled = try await Program.run(["pull"], in: shop.path)
        #expect(pulled.code == audited.code, "\(pulled.err)")
        #expect(pulled.out.contains(isEach ? "is partial, 9 pages" : "is complete, 2 pages"), "\(pulled.out)")
        let other = try Workshop()
        for name in ["touchline.yaml", "checklists", ".touchline"] {
            try FileManager.default.copyItem(atPath: shop.path + "/" + name, toPath: other.path + "/" + name)
        }
        for name in SnapshotNames.all(in: other.path) {
            let replayed = try await Program.run(
                ["audit", "--as-of", "2026-02-01T00:00:00Z", "--replay", name, "--out", "again"], in: other.path)
            #expect(replayed.code == audited.code, "\(replayed.err)")
            #expect(other.bytes("again/audit.json") == shop.bytes("first/audit.json"), "\(name)")
            #expect(other.bytes("again/verdicts.ndjson") == shop.bytes("first/verdicts.ndjson"), "\(name)")
        }
        #expect(SnapshotNames.all(in: other.path).count == 2)
    }

    @Test func `a changed byte stops the replay, names the page, and leaves nothing`() async throws {
        let shop = try demo()
        let config = "fixtures/demo/touchline.yaml"
        let pulled = try await Program.run(["pull", "-c", config, "--quiet"], in: shop.path)
        #expect(pulled.code == 0, "\(pulled.err)")
        #expect(pulled.out == "")
        let store = shop.path + "/fixtures/demo/.touchline/snapshots/objects"
        let objects = FileManager.default.enumerator(atPath: store)?.compactMap { $0 as? String }.filter { $0.hasSuffix(".zst") }
        let object = store + "/" + (try #require(objects?.sorted().first))
        var bytes = try Data(contentsOf: URL(fileURLWithPath: object))
        bytes[bytes.count - 9] ^= 0x20
        try bytes.write(to: URL(fileURLWithPath: object))
        let audited = try await Program.run(["audit", "-c", config, "--replay", "latest", "--out", "out"], in: shop.path)
        #expect(audited.code == 2)
        #expect(audited.err.contains("is damaged: object"), "\(audited.err)")
        #expect(audited.out == "")
        #expect(!FileManager.default.fileExists(atPath: shop.path + "/out"))
    }

    @Test func `without snapshots nothing is kept, and the audit says so`() async throws {
        let shop = try demo()
        let path = shop.path + "/fixtures/demo/touchline.yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try shop.write("fixtures/demo/touchline.yaml", text + "snapshots: off\n")
        let audited = try await Program.run(["audit", "-c", path, "--out", "out"], in: shop.path)
        #expect(audited.code == 0, "\(audited.err)")
        #expect(audited.out.contains("no snapshot was kept ('snapshots: off'): this audit cannot be replayed"))
        #expect(!FileManager.default.fileExists(atPath: shop.path + "/fixtures/demo/.touchline/snapshots"))
        for (arguments, why) in [
            (["audit", "--replay", "latest"], "there is no snapshot 'latest'"), (["pull"], "'snapshots' is off"),
        ] {
            let refused = try await Program.run(arguments + ["-c", path], in: shop.path)
            #expect(refused.code == 2)
            #expect(refused.err.contains(why), "\(refused.err)")
        }
    }

    @Test(arguments: [
        (["--source", "tasman-exprot"], "no source 'tasman-exprot' in the config: did you mean 'tasman-export'?"),
        (["--partner", "tasmin"], "no partner 'tasmin' in the config: did you mean 'tasman'?"),
        (["--since", "yesterday"], "--since"),
    ])
    func `what the config does not know is wrong usage`(arguments: [String], why: String) async throws {
        let shop = try demo()
        for command in ["audit", "pull"] {
            let done = try await Program.run([command, "-c", "fixtures/demo/touchline.yaml"] + arguments, in: shop.path)
            #expect(done.code == 2)
            #expect(done.err.contains(why), "\(done.err)")
        }
    }

    @Test func `since leaves out what was opened earlier, and is another audit that says so`() async throws {
        let shop = try demo()
        var counts: [Int] = []
        var ids: Set<String> = []
        for arguments in [[], ["--since", "2026-06-01"], ["--since", "2026-06-01T00:00:00Z", "--partner", "tasman"]] {
            let done = try await Program.run(
                ["audit", "-c", "fixtures/demo/touchline.yaml", "--out", "out"] + arguments, in: shop.path)
            #expect(done.code == 0, "\(done.err)")
            #expect(done.out.contains("only records opened since 2026-06-01T00:00:00Z are judged") == !arguments.isEmpty)
            let json = try shop.json("out/audit.json")
            ids.insert(json["id"] as? String ?? "")
            let partners = try #require(json["partners"] as? [[String: Any]])
            counts.append(partners.reduce(0) { $0 + ($1["records"] as? Int ?? 0) })
            if arguments.count > 2 { #expect(partners.map { $0["id"] as? String } == ["tasman"]) }
        }
        #expect(ids.count == 3)
        #expect(counts[0] > counts[1] && counts[1] > counts[2] && counts[2] > 0, "\(counts)")
        // The replay asks what the audit was asked.
        let first = try #require(shop.bytes("out/audit.json"))
        let replayed = try await Program.run(
            ["audit", "-c", "fixtures/demo/touchline.yaml", "--replay", "latest", "--out", "again"], in: shop.path)
        #expect(replayed.code == 0, "\(replayed.err)")
        #expect(shop.bytes("again/audit.json") == first)
    }
}

/// The snapshots that lie in the default folder.
enum SnapshotNames {
    static func all(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/.touchline/snapshots/pulls")) ?? []
        return names.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }
}
