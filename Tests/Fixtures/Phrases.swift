/// Short texts that people in the stories write.
enum Phrases {
    static let escalationSubjects = [
        "Orders are not released to the warehouse", "Nobody can log in since this morning", "Invoices show last year's prices",
        "Nightly import stops half way", "Label printers print blank pages", "Customer portal answers slowly",
        "Stock counts differ between two screens", "Approvals are sent to people who have left",
        "Monthly report lacks two plants",
        "Password mails arrive hours late", "Interface to the bank rejects payments", "Search finds nothing for new items",
    ]
    static let projectSubjects = [
        "Roll-out of order management", "Move to the cloud edition", "New customer portal", "Warehouse scanners, phase one",
        "Finance go-live", "Service module for field staff", "Planning for two plants", "Supplier portal",
    ]
    static let reasons = [
        "Not solved at first contact", "Customer asked for a manager", "Work at the customer has stopped",
        "Known defect, needs a developer",
    ]
    static let handoverReasons = [
        "Needs access to the database", "Shift ends", "Belongs to the interface team", "Customer is known there",
    ]
    static let acknowledgements = [
        "We have your escalation and are looking into it now.", "Thank you, I have taken this over and will call you.",
        "Received. I am the person to ask until this is solved.",
    ]
    static let updates = [
        "We can see the fault and are testing a correction. Next news tomorrow.",
        "Still working on it; the cause is narrowed down to the import.",
        "The correction runs in our test system.\nIf you agree we install it tonight.",
        "No change since my last message, we stay on it.",
        "The supplier has confirmed the defect, we are preparing a way around it.",
    ]
    static let questions = [
        "Could you send us the file of last night?", "Please tell us which users are affected.",
        "May we restart the service at noon?",
    ]
    static let replies = [
        "Here it is.", "Yes, please go ahead.", "All users in the second plant, nobody else.", "Noon is fine, \"Plant 2\" knows.",
    ]
    static let resolutions = [
        "The cause is removed. Please check on your side.", "Fixed and installed; we watched it for an hour.",
        "Solved by a new setting, see the note.",
    ]
    static let confirmations = ["Works again, thank you.", "Confirmed, all orders are through.", "Yes, solved."]
    static let reopenings = [
        "It is back.\nSame message as before.", "Not solved for plant 2.", "Again since this morning, please look.",
    ]
    static let projectUpdates = [
        "Status of the week: on plan, next step is the data load.", "Two interfaces are ready, the third follows on Thursday.",
        "Minutes of today's meeting are attached, three actions for you, two for us.",
        "Training dates are fixed, invitations are out.",
        "The test plan is ready for your comments.", "Open points: 4. Oldest: access for the night shift.",
    ]
    static let changes = [
        "Add a field for the dock number", "Second approval above 10,000", "Another language on the labels", "Report by region",
    ]
    static let sponsors = ["head of logistics", "finance director", "plant manager", "head of service"]
}
