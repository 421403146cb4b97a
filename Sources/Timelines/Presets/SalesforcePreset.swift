extension Preset {
    static let salesforce = Preset(
        name: "salesforce",
        about: """
            Salesforce Service Cloud: cases of a query, with their CaseHistory and CaseComment, which are pulled once for all.
            """,
        url: """
            https://DOMAIN.my.salesforce.com/services/data/v61.0/query?q=SELECT+CaseNumber,CreatedDate,ClosedDate,\
            LastModifiedDate,Status,Priority,Origin,Subject,IsEscalated,OwnerId,AccountId,Account.Name+FROM+Case: a query that \
            names these fields. Field history must be tracked for Status, Owner and Priority
            """,
        text: #"""
            format: json
            page: &pages {next_url: 'body.nextRecordsUrl'}
            total: &total 'body.totalSize'
            records: 'body.records'
            children:
              history:
                url: '/services/data/v61.0/query?q=SELECT+Case.CaseNumber,Field,OldValue,NewValue,CreatedDate,CreatedById+FROM+CaseHistory+ORDER+BY+CreatedDate'
                records: 'body.records'
                page: *pages
                total: *total
                key: 'it.Case.CaseNumber'
              comments:
                url: '/services/data/v61.0/query?q=SELECT+Parent.CaseNumber,CommentBody,CreatedDate,CreatedById,CreatedBy.UserType+FROM+CaseComment+WHERE+IsPublished=true+ORDER+BY+CreatedDate'
                records: 'body.records'
                page: *pages
                total: *total
                key: 'it.Parent.CaseNumber'
            map:
              id: 'it.CaseNumber'
              kind: '"support"'
              opened: 'parseTime(it.CreatedDate, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC")'
              closed: 'it.?ClosedDate.optMap(t, parseTime(t, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC"))'
              updated: 'it.?LastModifiedDate.optMap(t, parseTime(t, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC"))'
              severity: {of: 'it.?Priority.orValue("unset")', table: {Critical: S1, Urgent: S1, High: S2, Medium: S3, Low: S4}}
              customer: {id: 'it.AccountId', name: 'it.Account.Name'}
              owner: 'it.OwnerId'
              attributes:
                subject: 'it.Subject'
                status: 'it.Status'
                channel: 'it.?Origin.optMap(c, c.lowerAscii())'
              events:
                - at: 'parseTime(it.CreatedDate, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC")'
                  activity: '"opened"'
                  actor: {party: '"customer"'}
                  channel: 'it.?Origin.optMap(c, c.lowerAscii())'
                # The first published comment of a user of the organization; customers of a portal are of other types.
                - at: >-
                    it.comments.filter(m, m.CreatedBy.UserType == "Standard")[?0]
                    .optMap(m, parseTime(m.CreatedDate, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC"))
                  activity: '"acknowledged"'
                  actor: {party: '"partner"'}
                - for: [h in it.history]
                  when: 'h.Field == "Status" && has(h.NewValue)'
                  at: &changed 'parseTime(h.CreatedDate, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC")'
                  activity:
                    of: >-
                      h.?OldValue.orValue("") in ["Closed", "Solved", "Resolved"]
                      && !(h.NewValue in ["Closed", "Solved", "Resolved"]) ? "reopened"
                      : h.?OldValue.orValue("") in ["On Hold", "Waiting on Customer", "Waiting on Vendor"]
                      && h.NewValue in ["Working", "In Progress", "Escalated"] ? "resumed" : h.NewValue
                    table:
                      reopened: reopened
                      resumed: work_resumed
                      Working: work_started
                      In Progress: work_started
                      Waiting on Customer: waiting_for_customer
                      Waiting on Vendor: waiting_for_vendor
                      Escalated: escalated
                      Solved: resolved
                      Resolved: resolved
                      Closed: closed
                    otherwise: other
                  actor: &actor {id: 'h.CreatedById', party: '"partner"'}
                  attributes:
                    from: 'h.OldValue'
                    to: 'h.NewValue'
                - for: [h in it.history]
                  when: 'h.Field == "IsEscalated" && h.?NewValue == optional.of(true)'
                  at: *changed
                  activity: '"escalated"'
                  actor: *actor
                # Who was answered already wants an answer to the escalation, too.
                - for: [h in it.history]
                  when: >-
                    (h.Field == "IsEscalated" && h.?NewValue == optional.of(true) || h.Field == "Status" && h.?NewValue == optional.of("Escalated"))
                    && it.comments.exists(m, m.CreatedBy.UserType == "Standard" && m.CreatedDate <= h.CreatedDate)
                  at: >-
                    it.comments.filter(m, m.CreatedBy.UserType == "Standard" && m.CreatedDate > h.CreatedDate)[?0]
                    .optMap(m, parseTime(m.CreatedDate, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC"))
                  activity: '"acknowledged"'
                  actor: {party: '"partner"'}
                # Of the two rows that a change of owner has, one names ids: of a user (005), or of a queue (00G).
                - for: [h in it.history]
                  when: 'h.Field == "Owner" && h.?NewValue.orValue("").matches("^(005|00G)[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$")'
                  at: *changed
                  activity:
                    of: 'h.?OldValue.orValue("none").substring(0, 3) + " " + h.NewValue.substring(0, 3)'
                    table: {00G 005: assigned, 005 005: reassigned, 005 00G: reassigned, 00G 00G: reassigned, non 005: assigned, non 00G: routed}
                    otherwise: other
                  actor: *actor
                  attributes:
                    owner: 'h.NewValue.startsWith("005") ? optional.of(h.NewValue) : optional.none()'
                    team: 'h.NewValue.startsWith("00G") ? optional.of(h.NewValue) : optional.none()'
                - for: [h in it.history]
                  when: >-
                    h.Field == "Priority" && has(h.OldValue) && has(h.NewValue)
                    && {"Low": 1, "Medium": 2, "High": 3, "Urgent": 4, "Critical": 4}[?h.NewValue].orValue(5)
                    < {"Low": 1, "Medium": 2, "High": 3, "Urgent": 4, "Critical": 4}[?h.OldValue].orValue(0)
                  at: *changed
                  activity: '"severity_lowered"'
                  actor: *actor
                - for: [m in it.comments]
                  at: 'parseTime(m.CreatedDate, "%Y-%m-%dT%H:%M:%S.%f%z", "UTC")'
                  activity: {of: 'm.CreatedBy.UserType', table: {Standard: customer_update}, otherwise: customer_replied}
                  actor: {id: 'm.CreatedById', party: {of: 'm.CreatedBy.UserType', table: {Standard: partner}, otherwise: customer}}
                  text: 'm.CommentBody'
            """#)
}
