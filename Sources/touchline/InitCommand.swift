import ArgumentParser
import Foundation

/// `touchline init`: writes a small config with a checklist, its tests and a page to audit, to start from.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write a small config, checklist and test to start from.",
        discussion: """
            What it writes works as it is: `touchline lint`, `touchline test --mutate` and `touchline audit` succeed. Nothing \
            is overwritten: where one of the files is there already, none is written, and the exit code is 2.

            Example: touchline init audits
            """)

    @Argument(help: "The folder, made where it is not there. Default: this folder.")
    var folder = "."

    @Flag(help: "Say nothing but errors.")
    var quiet = false

    func run() throws {
        let base = folder == "." ? "" : (folder.hasSuffix("/") ? folder : folder + "/")
        let files = StarterFiles.all.map { (path: base + $0.path, text: $0.text) }
        // A link that leads nowhere is there, too.
        let there = files.filter { (try? FileManager.default.attributesOfItem(atPath: $0.path)) != nil }
        guard there.isEmpty else {
            throw Stop(.wrong, there.map { "'\($0.path)' is there already" } + ["nothing was written"])
        }
        for file in files { try write(file.text, to: file.path) }
        guard !quiet else { return }
        for file in files { Terminal.write(file.path) }
        let place = base.isEmpty ? "" : "cd \(folder) && "
        Terminal.write("next: \(place)touchline lint && touchline test --mutate && touchline audit")
    }

    private func write(_ text: String, to path: String) throws {
        let url = URL(fileURLWithPath: path)
        do {
            try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url, options: .withoutOverwriting)
        } catch {
            throw Stop(.wrong, "'\(path)' cannot be written: \(error.localizedDescription)")
        }
    }
}
