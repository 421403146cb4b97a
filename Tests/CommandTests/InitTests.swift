import Foundation
import Testing

/// `touchline init`: what it writes works as it is.
struct InitTests {
    @Test(arguments: [["init"], ["init", "audits"], ["init", "a/b/"]])
    func `lint, test with mutants and audit succeed on what it writes`(_ arguments: [String]) async throws {
        let shop = try Workshop()
        let done = try await Program.run(arguments, in: shop.path)
        #expect(done.code == 0, "\(done.err)")
        let folder = shop.path + (arguments.count > 1 ? "/" + arguments[1] : "")
        for command in [
            ["lint"], ["test", "--mutate"], ["audit", "--as-of", "2026-02-01T00:00:00Z"], ["probe", "northwind-desk"],
        ] {
            let next = try await Program.run(command, in: folder)
            #expect(next.code == 0, "\(command): \(next.out)\(next.err)")
            if command == ["lint"] { #expect(next.out == "") }
            if command[0] == "audit" { #expect(next.out.contains("1 partner, 3 records, 2 breaches"), "\(next.out)") }
        }
    }

    @Test(arguments: ["touchline.yaml", "checklists/tests/support.yaml", "tickets.json"])
    func `nothing is overwritten, and nothing written beside it`(_ name: String) async throws {
        let shop = try Workshop()
        try shop.write(name, "mine\n")
        let done = try await Program.run(["init"], in: shop.path)
        #expect(done.code == 2)
        #expect(done.err == "'\(name)' is there already\nnothing was written\n")
        #expect(shop.bytes(name) == Data("mine\n".utf8))
        let files = FileManager.default.enumerator(atPath: shop.path)?.compactMap { $0 as? String }.filter { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: shop.path + "/" + path, isDirectory: &isFolder) && !isFolder.boolValue
        }
        #expect(files == [name])
    }

    @Test func `a folder that cannot be made ends with 2`() async throws {
        let shop = try Workshop()
        try shop.write("file", "x")
        let done = try await Program.run(["init", "file/below"], in: shop.path)
        #expect(done.code == 2)
        #expect(done.err.contains("file/below/touchline.yaml"), "\(done.err)")
    }
}
