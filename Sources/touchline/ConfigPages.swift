import Checklists
import Fetching
import Language
import Timelines

/// The pages of what the rest of a config may have wrong, and all pages.
extension CodePage {
    /// Every page, by the name of its code.
    static let all = (ofLanguage + ofFetching + ofTimelines + ofConfigs + ofChecklists).sorted { $0.code.name < $1.code.name }

    private static let ofConfigs: [CodePage] = [
        CodePage(
            .wrongVersion, why: "A file of another kind or version may mean something else by the same keys.",
            fix: "Write config/1, checklist/1, tests/1 or partners/1, or use the version of touchline that knows it.",
            wrong: .file("touchline: partners/2\npartners:\n  - {id: northwind, functions: [support]}"),
            right: .file("touchline: partners/1\npartners:\n  - {id: northwind, functions: [support]}")),
        CodePage(
            .unreadableFile, why: "What it says would be missing from the audit.",
            fix: "Correct the path, which counts from the folder of the file that names it, or the rights of the file.",
            wrong: .config("checklists: [cheklist.yaml]"),
            right: .config("checklists: [checklist.yaml]")),
        CodePage(
            .notYet, why: "What is not supported yet would be passed over in silence.",
            fix: "Leave it out.",
            wrong: .config("waivers: waivers.yaml\nsettle: 30d"),
            right: .config("settle: 30d")),
        CodePage(
            .unknownPartner, why: "The records would be those of a partner that is not audited.",
            fix: "Write the id of one below 'partners', or add it there.",
            wrong: .source("partner: northwnd"),
            right: .source("partner: northwind")),
        CodePage(
            .nothingToDo, why: "An audit of nothing would be empty, and look like one without findings.",
            fix: "Name at least one source, and at least one checklist.",
            wrong: .config("sources: []"),
            right: .config("sources:\n  - {id: desk, partner: northwind, url: 'file:page.json', format: ndjson, map: canonical}")),
        CodePage(
            .noFixture, why: "A mapping that has seen no page is a guess, and nobody notices when it stops being right.",
            fix: "Keep a page as fixtures/desk.json beside the config ('desk' is the source's id), without what is personal.",
            wrong: .source("url: https://desk.example/tickets", hasFixture: false),
            right: .source("url: https://desk.example/tickets")),
    ]
}
