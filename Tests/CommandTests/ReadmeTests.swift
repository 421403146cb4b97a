import Foundation
import TestSupport
import Testing

/// What the README promises is what the program does.
struct ReadmeTests {
    @Test func `the listing of the demo audit is its real output`() async throws {
        let readme = try Checkout.text("README.md")
        let shop = try Workshop()
        try FileManager.default.createDirectory(atPath: shop.path + "/fixtures", withIntermediateDirectories: true)
        for folder in ["fixtures/demo", "checklists"] {
            try FileManager.default.copyItem(atPath: Checkout.folder + "/" + folder, toPath: shop.path + "/" + folder)
        }
        try? FileManager.default.removeItem(atPath: shop.path + "/fixtures/demo/.touchline")
        let done = try await Program.run(["audit", "-c", "fixtures/demo/touchline.yaml", "--out", "audit"], in: shop.path)
        #expect(done.code == 0, "\(done.err)")
        #expect(readme.contains("```\n" + done.out + "```\n"), "the README says something else than:\n\(done.out)")
    }

    @Test func `the listing of the diff is its real output`() async throws {
        let readme = try Checkout.text("README.md")
        let shop = try Workshop()
        try FileManager.default.createDirectory(atPath: shop.path + "/fixtures", withIntermediateDirectories: true)
        for (from, to) in [("fixtures/demo", "fixtures/demo"), ("checklists", "checklists"), ("checklists", "new")] {
            try FileManager.default.copyItem(atPath: Checkout.folder + "/" + from, toPath: shop.path + "/" + to)
        }
        try? FileManager.default.removeItem(atPath: shop.path + "/fixtures/demo/.touchline")
        let text = try Checkout.text("checklists/escalation.yaml")
        try shop.write(
            "new/escalation.yaml", text.replacing("S1: 30m, S2: 2h, otherwise: 8h", with: "S1: 15m, S2: 2h, otherwise: 8h"))
        let config = "fixtures/demo/touchline.yaml"
        _ = try await Program.run(["audit", "-c", config, "--out", "audit", "--quiet"], in: shop.path)
        let done = try await Program.run(["diff", "checklists", "new", "-c", config], in: shop.path)
        #expect(done.code == 0, "\(done.err)")
        let listing = done.out.split(separator: "\n", maxSplits: 1).last.map(String.init) ?? ""
        let isListed = readme.contains("```\n" + listing + "```\n")
        #expect(isListed, "the README says something else than:\n\(done.out)")
    }

    @Test func `the examples of checks are checks`() async throws {
        let readme = try Checkout.text("README.md")
        let block = try #require(readme.components(separatedBy: "```yaml\n").first { $0.hasPrefix("  - id: SLA-1") })
        let item = try #require(block.components(separatedBy: "```").first)
        let ownerships = readme.components(separatedBy: "`").filter { $0.hasPrefix("ownership: {") || $0.hasPrefix("of: {taken") }
        let clocks = readme.components(separatedBy: "`").filter { $0.hasPrefix("clock: {by") }
        #expect(ownerships.count == 2 && clocks.count == 1)
        let checks =
            ownerships.map { $0.hasPrefix("of:") ? "ownership: {\($0)}" : $0 }
            + clocks.map { "response: {after: opened, expect: resolved, within: 4h, \($0)}" }
        let names = "opened reopened resolved waiting_customer waiting_vendor resumed restarted withdrawn accepted handed_over"
        let shop = try Workshop()
        try shop.write(
            "c.yaml",
            "touchline: checklist/1\nid: t\ntitle: T\nversion: 1.0.0\nactivities: [\(names.replacingOccurrences(of: " ", with: ", "))]\nitems:\n"
                + item + checks.enumerated().map { "  - {id: I\($0), title: I, check: {\($1)}}\n" }.joined())
        let done = try await Program.run(["lint", "c.yaml"], in: shop.path)
        #expect(done.code == 0, "\(done.out)\(done.err)")
    }

    @Test func `every command of the table has its help`() async throws {
        let rows = try Checkout.text("README.md").split(separator: "\n").filter { $0.hasPrefix("| `touchline ") }
        let commands = rows.compactMap {
            $0.split(separator: "`").dropFirst().first?.split(separator: " ").dropFirst().first.map(String.init)
        }
        #expect(commands.count >= 4)
        for command in commands {
            let done = try await Program.run([command, "--help"])
            #expect(done.code == 0, "\(command)")
        }
    }

    @Test func `the demo fails exactly the records that its generator planted`() async throws {
        let shop = try Workshop()
        try FileManager.default.createDirectory(atPath: shop.path + "/fixtures", withIntermediateDirectories: true)
        for folder in ["fixtures/demo", "checklists"] {
            try FileManager.default.copyItem(atPath: Checkout.folder + "/" + folder, toPath: shop.path + "/" + folder)
        }
        _ = try await Program.run(["audit", "-c", "fixtures/demo/touchline.yaml", "--out", "audit", "--quiet"], in: shop.path)
        var fails: [String: Int] = [:]
        for partner in try #require(try shop.json("audit/audit.json")["partners"] as? [[String: Any]]) {
            for item in partner["items"] as? [[String: Any]] ?? [] {
                fails["\(partner["id"] ?? "") \(item["item"] ?? "")"] = item["fail"] as? Int
            }
        }
        // The table is counted by the generator from its own stories, not by touchline.
        var compared = 0
        for line in try Checkout.text("fixtures/demo/README.md").split(separator: "\n") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 5, cells[0].hasPrefix("ESC-") || cells[0].hasPrefix("IMP-"), !cells[1].hasPrefix("the same")
            else { continue }
            for (partner, cell) in zip(["northwind", "kestrel", "tasman"], cells[2...]) {
                guard let planted = cell.split(separator: " ").first.flatMap({ Int($0) }) else { continue }
                #expect(fails["\(partner) \(cells[0])"] == planted, "\(partner) \(cells[0])")
                compared += 1
            }
        }
        #expect(compared == 66)
    }
}
