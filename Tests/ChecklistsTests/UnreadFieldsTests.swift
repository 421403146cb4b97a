import Testing

@testable import Checklists

/// What checklists leave unread of events, as far as their files tell beyond doubt.
struct UnreadFieldsTests {
    @Test(arguments: [
        ("check: {each: {event: any, holds: 'has(event.actor.id)'}}", ["channel", "text"]),
        ("check: {each: {event: a, holds: 'event.channel == \"phone\"'}}", ["text"]),
        ("check: {each: {event: a, holds: 'event.text.size() > 3'}}", ["channel"]),
        ("check: {steps: {holds: 'event.at < next.at'}}", ["channel", "text"]),
        ("check: {steps: {holds: 'event == next'}}", []), ("check: {response: {where: 'activation != event'}}", []),
        ("check: {holds: 'events.exists(e, e.channel == \"phone\")'}", []), ("check: {holds: 'events[0] == events[1]'}", []),
        ("check: {holds: '[event].size() == 1'}", []), ("check: {plain_language: {event: a}}", []),
        ("check: \"event.\\u0063hannel\"", []), ("why: what event is this", []), ("preferred_channel: x", ["channel", "text"]),
    ])
    func `a field is unread only where nothing can name it`(text: String, unread: [String]) {
        #expect(UnreadFields.find(in: ["id: t", text]).sorted() == unread)
    }
}
