import Testing

@testable import Scoring

/// What is said of a source that looks otherwise than before.
struct SchemaDriftTests {
    /// `/id string 50/50, a:opened 40/50`: parts with how many records of how many had them; `a:` marks an activity.
    private func shape(_ text: String) throws -> SourceShape {
        try SourceShape(
            source: "desk",
            parts: text.split(separator: ",").map { part in
                let words = part.split(separator: " ")
                let counts = try #require(words.last).split(separator: "/").compactMap { Int($0) }
                let isActivity = words[0].hasPrefix("a:")
                return SourceShape.Part(
                    kind: isActivity ? .activity : .field, name: String(isActivity ? words[0].dropFirst(2) : words[0]),
                    type: isActivity ? "" : String(words[1]), records: counts[0], total: counts[1])
            })
    }

    /// Before, now, and what is said behind "at the last audit: ".
    static let drifts: [(before: String, now: String, said: String?)] = [
        ("/id string 50/50", "/id string 60/60", nil),
        ("/id string 50/50, /owner string 50/50", "/id string 50/50", "fields gone: /owner"),
        ("/id string 50/50", "/id string 50/50, /b object 50/50, /a list 20/50", "new fields: /a, /b"),
        ("/id string 50/50", "/id number 50/50", "other types: /id (number, after string)"),
        ("/id string 50/50", "/id string 30/50, /id number 20/50", "other types: /id (number, after string)"),
        // Too rare to be missed.
        ("/id string 50/50, /rare string 5/50", "/id string 50/50", nil),
        ("/id string 50/50", "/id string 500/500, /rare string 50/500", nil),
        // Too few to tell.
        ("/id string 50/50, /owner string 50/50", "/id string 9/9", nil),
        ("a:opened 50/50, a:closed 40/50", "a:opened 50/50", "activities gone: closed"),
        ("a:opened 50/50", "a:opened 50/50, a:solved 40/50", "new activities: solved"),
        (
            "/id string 50/50", "/id string 50/50" + (1...7).map { ", /\($0) string 50/50" }.joined(),
            "new fields: /1, /2, /3, /4, /5 and 2 more"
        ),
    ]

    @Test(arguments: SchemaDriftTests.drifts)
    func `what chance does not explain is said`(drift: (before: String, now: String, said: String?)) throws {
        let caveat = SchemaDrift.caveat(now: try shape(drift.now), before: try shape(drift.before))
        #expect(caveat == drift.said.map { "source 'desk' does not look as at the last audit: " + $0 })
    }
}
