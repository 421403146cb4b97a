import Foundation
import Language

/// Recorded pages beside a config, by which somebody can see what a mapping reads: `fixtures/SOURCE.json`,
/// `fixtures/SOURCE-1.json` or anything in the folder `fixtures/SOURCE`.
enum SourceFixtures {
    /// Says where a source has none. One whose pages are files shows them itself, a preset has been shown by ours.
    static func check(_ source: YAMLMapping, folder: String) {
        guard let name = source.value("id"), let id = name.text, let url = source.value("url")?.text, !url.hasPrefix("file:"),
            source.value("preset") == nil, source.value("map") != nil
        else { return }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/fixtures")) ?? []
        let isThere = names.contains { $0 == id || $0.hasPrefix(id + ".") || $0.hasPrefix(id + "-") }
        guard !isThere else { return }
        source.diagnostics.warning(
            .noFixture, at: name.position, "no fixture shows what the mapping of the source '\(id)' reads",
            help: "keep a page of it as 'fixtures/\(id).json' beside the config, without what is secret or personal")
    }
}
