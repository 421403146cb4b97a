import Language
import Testing

@testable import Checklists

/// Which items a record of which nothing is told passes.
struct SilentRecordTests {
    @Test(arguments: [
        ("{absence: a}", true), ("{count: {of: a, at_most: 2}}", true), ("{runs: {of: a, at_most: 1}}", true),
        ("{holds: '!events.exists(e, e.activity == \"a\")'}", true), ("{any_of: [{existence: a}, {absence: b}]}", true),
        ("{existence: a}", false), ("{count: {of: a, exactly: 1}}", false), ("{response: {after: a, expect: b}}", false),
        ("{not_response: {after: a, never: b}}", false), ("{each: {event: a, holds: 'has(event.text)'}}", false),
        ("{duration: {from: opened, to: closed, at_most: 1h}}", false), ("{all_of: [{existence: a}, {absence: b}]}", false),
        ("{duration: {from: opened, to: {first: a}, at_most: 1h}}", false), ("{last: a}", false),
    ])
    func `an item is marked where telling nothing is rewarded`(_ check: String, _ passes: Bool) {
        let checklists = ChecklistLoader.load(
            files: [("t.yaml", Row.checklist(check: check))], diagnostics: Diagnostics())
        #expect(checklists.first?.items.first?.passesInSilence == passes)
    }
}
